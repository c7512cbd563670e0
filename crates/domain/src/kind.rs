//! The kinds of records and the names of the fields that code itself reads.

use crate::key::Key;

macro_rules! keys {
    ($($(#[$doc:meta])* $name:ident = $text:literal;)*) => {
        $($(#[$doc])* pub const $name: Key = Key::of($text);)*
    };
}

keys! {
    /// Customer 客户: code, name, short_name, type, uscc, industry, region, source, stage, since, owner, …
    CUSTOMER = "customer";
    /// Contact 联系人 of one customer (R-3-1): customer, name, title, mobile, phone, email, birthday, …
    CONTACT = "contact";
    /// Transaction 交易: code, customer, on, amount, margin, returned (money in fen).
    ORDER = "order";
    /// Receivable 应收账款: customer, code, due_on, amount, paid, paid_on.
    RECEIVABLE = "receivable";
    /// Staff 员工: name, code, roles (list of role codes), superior, device_code.
    STAFF = "staff";
    /// Case 事项: one run of a process for one customer.
    CASE = "case";
    /// Document 单据: one filled form; its answers are its fields.
    DOCUMENT = "document";
    /// Score 评分: one graded result (N7).
    SCORE = "score";
    /// Version of a scorecard 评分模板: card, version, content, reason, decision, from (N4, N7).
    SCORECARD = "scorecard";
    /// Agreement 合同/订购/质保: code, customer, agreement_kind, name, start_on, end_on or months, amount, ended_on.
    AGREEMENT = "agreement";
    /// Product 商品: code, name, gtin, brand, spec, unit, price, warranty_months.
    PRODUCT = "product";
    /// Call 通话 from the log of a telephone system (S30.20): code, at, direction, number, customer, agent, result, …
    CALL = "call";
    /// Loan 借阅 of a file: name, customer, borrower, lent_on, days, returned_on.
    LOAN = "loan";
    /// Import batch 导入批次: tag, file, counts.
    BATCH = "batch";
    /// Arrival 并入记录: what one file brought in, and how; see [`crate::arrival`].
    ARRIVAL = "arrival";
    /// Packet 交接包: customers given to somebody in a file; see [`crate::packet`].
    PACKET = "packet";
    /// Export 导出 and its approval (L7): subject, scope, customer, count, reason, approved, decision_reason, file.
    EXPORT = "export";
    /// Two or more customers made one 合并: survivor, losers, and what was known of them; R-3-2.
    MERGER = "merger";
    /// The word of a person that two likely doubles are not the same customer: one, other.
    DISTINCT = "distinct";
    /// Attachment 附件: name, media_type, sha256, data (base64).
    ATTACHMENT = "attachment";
    /// Consent 授权同意 of a contact (L2): contact, purpose, channels, given_on, way, evidence, withdrawn_on.
    CONSENT = "consent";
    /// A device that numbers forms (spec 1.6): which code is whose.
    DEVICE = "device";
    /// The workspace itself: id, name.
    WORKSPACE = "workspace";
    /// Settings of the workspace.
    SETTINGS = "settings";

    /// The customer a record belongs to.
    CUSTOMER_REF = "customer";
    /// The case a document belongs to.
    CASE_REF = "case";
    /// The contact a consent was given by.
    CONTACT_REF = "contact";
    /// A human-readable number: customer code, order number, employee number.
    CODE = "code";
    /// A name.
    NAME = "name";
    /// A short name.
    SHORT_NAME = "short_name";
    /// Further codes of a customer, from merging; R-3-2.
    OTHER_CODES = "other_codes";
    /// Further names of a customer, from merging.
    OTHER_NAMES = "other_names";
    /// The record this one was merged into; it stands for both from then on.
    MERGED_INTO = "survivor";
    /// Type of customer: enterprise, individual, institution, channel.
    TYPE = "type";
    /// Unified social credit code.
    USCC = "uscc";
    /// Industry, a dictionary key.
    INDUSTRY = "industry";
    /// Region, a dictionary key.
    REGION = "region";
    /// Source, a dictionary key.
    SOURCE = "source";
    /// Stage: lead, prospect, active, dormant, lost, blacklisted.
    STAGE = "stage";
    /// Free tags.
    TAGS = "tags";
    /// Remark.
    REMARK = "remark";
    /// Start of the relation, a date.
    SINCE = "since";
    /// Who is responsible: a member of staff.
    OWNER = "owner";
    /// Yearly purchases as stated by the customer, money.
    STATED_SALES = "stated_sales";
    /// Date of the last effective contact known from elsewhere (ruling 29).
    LAST_CONTACT = "last_contact";
    /// Grade in force: A, B, C, D.
    GRADE = "grade";
    /// Last day the grade is valid.
    GRADE_UNTIL = "grade_until";
    /// Grade worked out by M01 and not yet approved.
    PROPOSED_GRADE = "proposed_grade";
    /// Score behind the proposed grade, in hundredths.
    PROPOSED_SCORE = "proposed_score";
    /// The score record behind the proposed grade.
    PROPOSED_BY = "proposed_by";
    /// Last day of VIP status.
    VIP_UNTIL = "vip_until";
    /// What made the customer a VIP: their score, or which designation.
    VIP_BY = "vip_by";
    /// On-time payment filled by hand, V3: percentage or mark.
    V3 = "v3_ontime";
    /// Strategic influence, V7: rating.
    V7 = "v7_influence";
    /// Service cost ratio, V8: decimal per cent.
    V8 = "v8_cost";
    /// Credit grade, M03.
    CREDIT_GRADE = "credit_grade";
    /// A person's title.
    TITLE = "title";
    /// Mobile number.
    MOBILE = "mobile";
    /// Landline number.
    PHONE = "phone";
    /// E-mail address.
    EMAIL = "email";
    /// Birthday, solar or lunar.
    BIRTHDAY = "birthday";
    /// Whether the contact does not want to be called.
    DO_NOT_CALL = "do_not_call";
    /// Whether the contact consents to care (L2).
    CONSENT_CARE = "consent_care";
    /// Since when.
    CONSENT_CARE_ON = "consent_care_on";
    /// When consent was withdrawn; what was given later stands.
    CONSENT_WITHDRAWN_ON = "consent_withdrawn_on";
    /// Date of a transaction.
    ON = "on";
    /// Amount, money.
    AMOUNT = "amount";
    /// Margin, money.
    MARGIN = "margin";
    /// Returned amount, money.
    RETURNED = "returned";
    /// Kind of an agreement: contract, subscription, warranty; the key of its reminders (C7).
    AGREEMENT_KIND = "agreement_kind";
    /// First day of a term.
    START_ON = "start_on";
    /// Last valid day.
    END_ON = "end_on";
    /// Length of a term in months.
    MONTHS = "months";
    /// The day an agreement was renewed or cancelled.
    ENDED_ON = "ended_on";
    /// Who borrowed a file: a member of staff.
    BORROWER = "borrower";
    /// The day a file was lent.
    LENT_ON = "lent_on";
    /// For how many days it was lent.
    LOAN_DAYS = "days";
    /// The day it came back.
    RETURNED_ON = "returned_on";
    /// Due date.
    DUE_ON = "due_on";
    /// Paid amount, money.
    PAID = "paid";
    /// Date of payment.
    PAID_ON = "paid_on";
    /// Process of a case, such as `W-3.1`.
    PROCESS = "process";
    /// Step (state) of a case.
    STEP = "step";
    /// The case that opened this one.
    ORIGIN = "origin";
    /// The row of that case for which it was opened, as the app names rows.
    ORIGIN_ROW = "origin_row";
    /// The event that led to the step.
    EVENT = "event";
    /// Reason given for a move.
    REASON = "reason";
    /// When the step was entered, a date-time.
    ENTERED_AT = "entered_at";
    /// Template of a document, such as `F-3.1-2`.
    FORM = "form";
    /// When a recorded contact took place, a date-time.
    AT = "at";
    /// Whether a recorded contact counts, R-3.1-1.
    EFFECTIVE = "effective";
    /// Number of a document, spec 1.6.
    FORM_NO = "form_no";
    /// Scorecard of a score, such as `M01`.
    CARD = "card";
    /// Role codes of a member of staff.
    ROLES = "roles";
    /// Superior of a member of staff.
    SUPERIOR = "superior";
    /// Two-character device code, spec 1.6.
    DEVICE_CODE = "device_code";
    /// Media type of an attachment.
    MEDIA_TYPE = "media_type";
    /// SHA-256 of an attachment's bytes, in hexadecimal digits.
    SHA256 = "sha256";
    /// Bytes of an attachment, in base64.
    DATA = "data";
    /// Identity of the workspace.
    WORKSPACE_ID = "id";
}

//! The words of the demo company: invented names, and what people write about their customers.

/// Places with their region key of the data dictionary.
pub(super) const PLACES: [(&str, &str); 20] = [
    ("北京", "110000"),
    ("上海", "310000"),
    ("重庆", "500000"),
    ("天津", "120000"),
    ("厦门", "350200"),
    ("杭州", "330100"),
    ("武汉", "420100"),
    ("长沙", "430100"),
    ("广州", "440100"),
    ("深圳", "440300"),
    ("成都", "510100"),
    ("西安", "610100"),
    ("苏州", "320000"),
    ("青岛", "370000"),
    ("合肥", "340000"),
    ("昆明", "530000"),
    ("福州", "350000"),
    ("宁波", "330000"),
    ("郑州", "410000"),
    ("沈阳", "210000"),
];

/// First characters of a brand.
pub(super) const BRAND_FIRST: &str = "澄岚沐砚屿杉霁汀栎岑珞翊煦朔槿泠棠穗筠翎邃璟苒蓼荻芷菡榆槐桉";
/// Second characters of a brand.
pub(super) const BRAND_SECOND: &str = "禾泊野序湾麓朴屏弦谷桥田原岭溪洲渡帆衡石木川林庭园坊堂舟星月";

/// Lines of business with their industry key.
pub(super) const TRADES: [(&str, &str); 24] = [
    ("精密机械", "manufacturing"),
    ("电子科技", "it"),
    ("信息技术", "it"),
    ("软件", "it"),
    ("食品", "manufacturing"),
    ("包装材料", "manufacturing"),
    ("五金制品", "manufacturing"),
    ("纺织", "manufacturing"),
    ("商贸", "retail"),
    ("百货", "retail"),
    ("供应链管理", "logistics"),
    ("物流", "logistics"),
    ("医疗器械", "health"),
    ("健康管理", "health"),
    ("装饰工程", "construction"),
    ("建设工程", "construction"),
    ("文化传媒", "culture"),
    ("农业发展", "agriculture"),
    ("生态农业", "agriculture"),
    ("酒店管理", "hospitality"),
    ("餐饮管理", "hospitality"),
    ("教育咨询", "education"),
    ("物业服务", "property"),
    ("新能源", "energy"),
];

/// Institutions with their industry key.
pub(super) const INSTITUTIONS: [(&str, &str); 5] = [
    ("职业培训学校", "education"),
    ("社区卫生服务中心", "health"),
    ("图书馆", "culture"),
    ("康复医院", "health"),
    ("检测研究所", "other"),
];

/// How dealers call themselves.
pub(super) const DEALERS: [&str; 4] = ["商贸行", "经营部", "贸易商行", "批发部"];

/// Where customers come from, keys of the data dictionary.
pub(super) const SOURCES: [&str; 7] = ["referral", "exhibition", "web", "visit", "call", "ad", "list"];

/// Family names.
pub(super) const FAMILY: &str = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏钟汪田任姜范方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段";
/// Given names of women, first and second character.
pub(super) const HERS: (&str, &str) = ("雨思佳欣诗梦晓静雅婉若清语书慧芷", "涵琪怡妍婷萱琳宁薇颖蕾瑶洁茜禾菲");
/// Given names of men, first and second character.
pub(super) const HIS: (&str, &str) = ("志建文俊子浩国明宇承景天泽致嘉伟", "远强杰轩然博辉峰鹏康尧晟川衡哲安");

/// What contacts are, with their role key.
pub(super) const TITLES: [(&str, &str); 12] = [
    ("总经理", "decision"),
    ("副总经理", "decision"),
    ("采购经理", "purchase"),
    ("采购主管", "purchase"),
    ("采购专员", "purchase"),
    ("生产经理", "use"),
    ("设备主管", "use"),
    ("行政经理", "influence"),
    ("财务经理", "finance"),
    ("会计", "finance"),
    ("技术总监", "influence"),
    ("仓储主管", "use"),
];

/// What contacts like.
pub(super) const PREFERENCES: [&str; 8] = [
    "上午十点后方便接电话",
    "喜欢先看书面资料再谈",
    "偏好微信沟通，少打电话",
    "爱喝岩茶",
    "周五下午一般不在公司",
    "讲话直接，重数据",
    "关注交期胜过价格",
    "爱好羽毛球",
];

/// Remarks on customers.
pub(super) const REMARKS: [&str; 14] = [
    "月底集中下单，须提前两天确认库存。",
    "合同每年三月续签，续签前要走一次现场。",
    "新厂区明年投产，用量预计增加三成。",
    "对送货时间要求严，早上八点前到仓。",
    "发票须随货同行，抬头写全称。",
    "换了采购负责人，关系要重新建立。",
    "之前由代理商供货，去年转为直供。",
    "旺季在五月至九月，淡季主动保持联系。",
    "付款流程长，对账单请在 25 日前寄出。",
    "对价格敏感，常拿同行报价来比。",
    "老客户介绍而来，口碑好，愿意作参观样板。",
    "仓库小，宜分批送货。",
    "总部统一招标，分公司只提需求。",
    "重视售后响应，曾因响应慢不满，已改善。",
];

/// Tags.
pub(super) const TAGS: [&str; 8] =
    ["样板客户", "季节性", "招投标", "直供", "价格敏感", "要求开票快", "可转介绍", "需现场支持"];

/// Why a follow-up is made.
pub(super) const PURPOSES: [&str; 12] = [
    "了解近期使用情况",
    "跟进上次提出的交期问题",
    "确认下季度用量",
    "介绍新包装规格",
    "合同到期前沟通续签意向",
    "回访安装后的运行情况",
    "核对联系人和地址资料",
    "征求对服务的意见",
    "了解库存与周转",
    "沟通对账与回款安排",
    "拜访新任采购负责人",
    "了解竞品动向",
];

/// New needs heard in a follow-up.
pub(super) const NEEDS: [&str; 10] = [
    "下半年要增加一条线，希望提前锁定产能。",
    "想试用小包装，先要两箱样品。",
    "需要我们派人给新员工讲一次操作。",
    "希望能在线查物流进度。",
    "计划在成都设仓，问我们当地能否配送。",
    "要一份最新的检测报告用于投标。",
    "想把付款改为月结三十天。",
    "希望每月固定一个人对账。",
    "要求把标签改成双语。",
    "打算把备件也交给我们供。",
];

/// Suggestions heard in a follow-up.
pub(super) const SUGGESTIONS: [&str; 6] = [
    "送货前一小时给仓库打个电话。",
    "对账单最好附上送货单号。",
    "客服电话中午也有人接就好了。",
    "外箱上的批号印得再大些。",
    "售后群里回复很快，继续保持。",
    "报价单上请写明有效期。",
];

/// What is heard about competitors.
pub(super) const COMPETITORS: [&str; 4] = [
    "有同行上门报价，低约百分之五，交期更长。",
    "另一家送了样品，正在试用。",
    "同行近期缺货，客户担心我们也涨价。",
    "听说同行换了代理商，服务断档。",
];

/// Issues with their severity and the department that solves them.
pub(super) const ISSUES: [(&str, &str, &str); 10] = [
    ("上批货外箱破损两件，内件完好", "minor", "warehouse"),
    ("送货比约定晚了一天，影响排产", "normal", "warehouse"),
    ("发票税号少一位，财务退回", "minor", "finance"),
    ("一批次尺寸偏差，装配时要返修", "serious", "quality"),
    ("设备运行有异响，需技术人员到场", "normal", "technical"),
    ("退货款两周未到账", "normal", "finance"),
    ("说明书缺少安装图", "minor", "technical"),
    ("业务员承诺的赠品未兑现", "minor", "sales"),
    ("同一故障本月第二次出现", "serious", "technical"),
    ("客服转接三次才找到负责人", "normal", "service"),
];

/// How issues were solved.
pub(super) const SOLUTIONS: [&str; 5] = [
    "已补发并致歉，外箱改用加厚材料。",
    "当日重开发票，快递寄出并电话确认收到。",
    "技术人员到场更换部件，试运行两小时正常。",
    "调整配送线路，改为前一晚装车。",
    "财务核对后次日退款，附回单。",
];

/// Why customers decline.
pub(super) const DECLINES: [&str; 3] = ["近期审计，暂不接待", "负责人出差，本月不便", "表示有事会主动联系，不必回访"];

/// Where visits take place.
pub(super) const MEETING_PLACES: [&str; 4] = ["客户公司会议室", "客户二号厂房", "客户采购部办公室", "客户仓库现场"];

//! Workbooks made by hand, part by part, so that they can lie.
#![allow(dead_code, clippy::unwrap_used)]

use std::io::{Cursor, Write};

use zip::CompressionMethod;
use zip::write::SimpleFileOptions;

pub fn zipped(parts: &[(&str, &str)]) -> Vec<u8> {
    let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, content) in parts {
        writer.start_file(*name, SimpleFileOptions::default().compression_method(CompressionMethod::Deflated)).unwrap();
        writer.write_all(content.as_bytes()).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

const RELS: &str = r#"<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>"#;
const BOOK_RELS: &str = r#"<Relationships><Relationship Id="rId1" Type="http://x/relationships/worksheet" Target="worksheets/sheet1.xml"/><Relationship Id="rId2" Type="http://x/relationships/worksheet" Target="/xl/worksheets/sheet2.xml"/><Relationship Id="rId3" Type="http://x/relationships/styles" Target="styles.xml"/><Relationship Id="rId4" Type="http://x/relationships/sharedStrings" Target="sharedStrings.xml"/></Relationships>"#;
const BOOK: &str = r#"<workbook xmlns:r="http://x/relationships"><sheets><sheet name="客户 &amp; 联系人" sheetId="1" r:id="rId1"/><sheet name="暗" sheetId="2" state="veryHidden" r:id="rId2"/></sheets></workbook>"#;
const STYLES: &str = r#"<styleSheet><numFmts><numFmt numFmtId="164" formatCode="yyyy&quot;年&quot;m&quot;月&quot;d&quot;日&quot;"/><numFmt numFmtId="165" formatCode="000000"/></numFmts><cellStyleXfs><xf numFmtId="9"/></cellStyleXfs><cellXfs><xf numFmtId="0"/><xf numFmtId="14"/><xf numFmtId="10"/><xf numFmtId="164"/><xf numFmtId="22"/><xf numFmtId="46"/><xf numFmtId="165"/></cellXfs></styleSheet>"#;

/// An XLSX workbook with these rows in its first sheet.
pub fn xlsx(rows: &str) -> Vec<u8> {
    let strings = r#"<sst count="3" uniqueCount="18446744073709551615"><si><t>红</t></si><si><r><t>青</t></r><r><t xml:space="preserve"> 山</t></r><rPh sb="0" eb="1"><t>guide</t></rPh></si><si><t>a_x000D_
b_x0041_</t></si></sst>"#;
    xlsx_with(rows, strings)
}

pub fn xlsx_with(rows: &str, strings: &str) -> Vec<u8> {
    let sheet = format!(r#"<worksheet><dimension ref="A1:XFD1048576"/><sheetData>{rows}</sheetData></worksheet>"#);
    zipped(&[
        ("[Content_Types].xml", "<Types/>"),
        ("_rels/.rels", RELS),
        ("xl/workbook.xml", BOOK),
        ("xl/_rels/workbook.xml.rels", BOOK_RELS),
        ("xl/styles.xml", STYLES),
        ("xl/sharedStrings.xml", strings),
        ("xl/worksheets/sheet1.xml", &sheet),
        ("xl/worksheets/sheet2.xml", "<worksheet><sheetData/></worksheet>"),
    ])
}

/// An ODS workbook with these rows in its first sheet.
pub fn ods(rows: &str) -> Vec<u8> {
    let content = format!(
        r#"<office:document-content><office:automatic-styles><style:style style:name="ta2"><style:table-properties table:display="false"/></style:style></office:automatic-styles><office:body><office:spreadsheet><table:table table:name="表一" table:style-name="ta1"><table:table-column table:number-columns-repeated="16384"/>{rows}</table:table><table:table table:name="暗" table:style-name="ta2"/></office:spreadsheet></office:body></office:document-content>"#
    );
    zipped(&[
        ("mimetype", "application/vnd.oasis.opendocument.spreadsheet"),
        ("META-INF/manifest.xml", "<manifest:manifest/>"),
        ("content.xml", &content),
    ])
}

/// One record of a binary workbook.
pub fn record(kind: u16, data: &[u8]) -> Vec<u8> {
    [&kind.to_le_bytes()[..], &(data.len() as u16).to_le_bytes(), data].concat()
}

fn text(text: &str) -> Vec<u8> {
    let units: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
    [&(units.len() as u16 / 2).to_le_bytes()[..], &[1], &units].concat()
}

/// The head of a cell's record.
pub fn at(row: u16, column: u16, style: u16) -> Vec<u8> {
    [row.to_le_bytes(), column.to_le_bytes(), style.to_le_bytes()].concat()
}

/// An XLS workbook with these records in its only sheet.
pub fn xls(cells: &[Vec<u8>]) -> Vec<u8> {
    let bof = |kind: u16| record(0x0809, &[&[0x00, 0x06][..], &kind.to_le_bytes(), &[0; 12]].concat());
    // A text that runs on in a second record, narrow before and wide behind.
    let first =
        [&2u32.to_le_bytes()[..], &2u32.to_le_bytes(), &[2, 0, 1], &[0xA2, 0x7E, 0x71, 0x5C], &[4, 0, 0], b"ab"];
    let second = [&[1u8][..], &[0xA2, 0x7E, 0x71, 0x5C]];
    let globals = |place: u32| {
        let sheet = [&place.to_le_bytes()[..], &[0, 0, 2, 1], &[0x28, 0x75, 0x37, 0x62]].concat();
        [
            bof(5),
            record(0x0085, &sheet),
            record(0x041E, &[&164u16.to_le_bytes()[..], &text("yyyy/m/d h:mm")].concat()),
            record(0x00E0, &[0, 0, 0, 0]),
            record(0x00E0, &[0, 0, 14, 0]),
            record(0x00E0, &[0, 0, 164, 0]),
            record(0x00E0, &[0, 0, 10, 0]),
            record(0x00FC, &first.concat()),
            record(0x003C, &second.concat()),
            record(0x000A, &[]),
        ]
        .concat()
    };
    let place = globals(0).len() as u32;
    let sheet = [bof(16), cells.concat(), record(0x000A, &[])].concat();
    compound(&[globals(place), sheet].concat())
}

pub fn compound(stream: &[u8]) -> Vec<u8> {
    let mut compound = cfb::CompoundFile::create(Cursor::new(Vec::new())).unwrap();
    compound.create_stream("/Workbook").unwrap().write_all(stream).unwrap();
    compound.flush().unwrap();
    compound.into_inner().into_inner()
}

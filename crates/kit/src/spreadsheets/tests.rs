use std::io::Write;

use jiff::civil::date;
use proptest::prelude::*;
use rust_xlsxwriter::{Format, Formula, Workbook};
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use super::*;

fn knows(header: &[String]) -> bool {
    header.iter().any(|name| name == "姓名")
}

fn of_text(text: &[u8]) -> Result<Table, Fault> {
    read(text, knows)
}

fn workbook(fill: impl FnOnce(&mut Workbook)) -> Vec<u8> {
    let mut book = Workbook::new();
    fill(&mut book);
    book.save_to_buffer().unwrap()
}

fn people() -> Vec<u8> {
    let page = Sheet {
        name: "人员".into(),
        header: vec!["姓名".into(), "电话".into()],
        rows: vec![vec!["李建国".into(), "13800000003".into()], vec!["王淑珍".into(), "13800000004".into()]],
    };
    write(&Book { pages: vec![page] }).unwrap()
}

fn texts(row: &Row) -> Vec<String> {
    row.cells.iter().map(|cell| cell.text().unwrap()).collect()
}

#[test]
fn what_is_written_reads_back() {
    let table = read(&people(), knows).unwrap();
    assert_eq!(table.header, ["姓名", "电话"]);
    assert_eq!(table.rows.iter().map(|r| r.number).collect::<Vec<_>>(), [2, 3]);
    assert_eq!(texts(&table.rows[0]), ["李建国", "13800000003"]);
}

#[test]
fn text_is_read_whoever_wrote_it() {
    let plain = "姓名,电话\n李建国,13800000003\n";
    let marked = [b"\xef\xbb\xbf".as_slice(), plain.as_bytes()].concat();
    let (gb, _, _) = encoding_rs::GB18030.encode(plain);
    let (tabbed, semicolons) = (plain.replace(',', "\t"), plain.replace(',', ";"));
    let titled = format!("人员,2026\t6;月\n\n{semicolons}");
    let quoted = "姓名;电话\n\"李建国\";\"13800000003\"\n";
    for (name, bytes) in [
        ("UTF-8", plain.as_bytes()),
        ("marked", &marked),
        ("GB 18030", &gb),
        ("tabs", tabbed.as_bytes()),
        ("semicolons", semicolons.as_bytes()),
        ("semicolons below a title with commas", titled.as_bytes()),
        ("semicolons and quotes", quoted.as_bytes()),
    ] {
        let table = of_text(bytes).unwrap_or_else(|fault| panic!("{name}: {fault}"));
        assert_eq!(texts(&table.rows[0]), ["李建国", "13800000003"], "{name}");
    }
}

#[test]
fn files_that_are_none_are_told_apart() {
    let utf_16: Vec<u8> = [0xfeff].into_iter().chain("姓名".encode_utf16()).flat_map(u16::to_le_bytes).collect();
    let broken_end = [&people()[..200], b"..."].concat();
    for (name, bytes, expected) in [
        ("nothing", Vec::new(), Fault::Empty),
        ("nothing but empty lines", b"\n,,\n \n".to_vec(), Fault::Empty),
        ("a photo", b"\xff\xd8\xff\xe0\0\0".to_vec(), Fault::NotASheet),
        ("a document", b"%PDF-1.7\n1 0 obj, 2\n".to_vec(), Fault::NotASheet),
        ("a page saved as a table", b"<table><tr><td>1,2</td></tr></table>".to_vec(), Fault::NotASheet),
        ("a note", "今天开会\n明天值班\n".as_bytes().to_vec(), Fault::NotASheet),
        ("Excel 97", b"\xd0\xcf\x11\xe0\xa1\xb1".to_vec(), Fault::OldFormat),
        ("UTF-16", utf_16, Fault::Encoding),
        ("no encoding", b"\xe5\xa7\x93\xff,1\n".to_vec(), Fault::Encoding),
        ("another table", b"a,b\n1,2\n".to_vec(), Fault::NoHeader),
        ("cut short", broken_end, Fault::Broken),
        ("an archive of something", zipped(&[("a.txt", b"a")]), Fault::NotASheet),
        ("macros", zipped(&[("xl/workbook.xml", b""), ("xl/vbaProject.bin", b"")]), Fault::Macros),
    ] {
        assert_eq!(read(&bytes, knows), Err(expected), "{name}");
    }
}

fn zipped(entries: &[(&str, &[u8])]) -> Vec<u8> {
    let mut archive = ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, bytes) in entries {
        archive.start_file(*name, SimpleFileOptions::default()).unwrap();
        archive.write_all(bytes).unwrap();
    }
    archive.finish().unwrap().into_inner()
}

#[test]
fn an_archive_that_swells_is_not_unpacked() {
    let noughts = vec![0u8; 8 * 1024 * 1024];
    assert_eq!(read(&zipped(&[("xl/workbook.xml", &noughts)]), knows), Err(Fault::Bomb), "a thousandfold");
    let many: Vec<String> = (0..600).map(|n| format!("{n}.xml")).collect();
    let many: Vec<(&str, &[u8])> = many.iter().map(|name| (name.as_str(), &b"x"[..])).collect();
    assert_eq!(read(&zipped(&many), knows), Err(Fault::Bomb), "too many files");
}

#[test]
fn rows_and_columns_have_an_end() {
    let long: String = std::iter::once("姓名\n".to_owned()).chain((0..=ROWS).map(|n| format!("{n}\n"))).collect();
    assert_eq!(of_text(long.as_bytes()), Err(Fault::TooManyRows));
    let wide = format!("姓名\n{}\n", vec!["x"; COLUMNS + 1].join(","));
    assert_eq!(of_text(wide.as_bytes()), Err(Fault::TooManyColumns));
    let far = workbook(|book| {
        book.add_worksheet().write(0, 0, "姓名").unwrap().write(1, 16_000, "x").unwrap();
    });
    assert_eq!(read(&far, knows), Err(Fault::TooManyColumns));
}

#[test]
fn rows_of_text_have_the_numbers_that_a_spreadsheet_gives_them() {
    let lines = ["姓名,电话", "李建国,1", "", "王淑珍,2", "\"赵\u{20}明\",3", "孙秀英,4"];
    for end in ["\n", "\r\n", "\r"] {
        let table = of_text(lines.join(end).replace('\u{20}', end).as_bytes()).unwrap();
        let read: Vec<u32> = table.rows.iter().map(|row| row.number).collect();
        assert_eq!(read, [2, 4, 5, 6], "{end:?}");
    }
}

#[test]
fn a_quotation_mark_that_is_not_closed_is_found_in_its_row() {
    for (name, text, expected) in [
        ("to the end of the file", "姓名,住址\n钱一,3号楼\n钱二,\"5号楼\n钱三,1号楼\n", Some(3)),
        ("in the last row", "姓名,住址\n钱一,\"3号楼", Some(2)),
        ("the last character", "姓名,住址\r\n钱一,\"", Some(2)),
        ("to the mark of another row", "姓名,住址\n钱二,\"5号楼\n钱三,\"6号楼\"\n", Some(2)),
        ("between semicolons", "姓名;住址\n钱二;\"5号楼;\n", Some(2)),
        ("in a title", "\"名单\n姓名,住址\n钱一,3号楼\n", Some(1)),
        ("below a cell of two lines and an empty row", "姓名,住址\n\"钱\n一\",3号楼\n\n钱二,\"5号楼\n", Some(4)),
        ("closed", "姓名,住址\n\"钱一\",\"3号楼,2单元\"\n", None),
        ("closed a line further", "姓名,住址\n钱一,\"3号楼\n2单元\"\n钱二,\"a\nb\" ,x", None),
        ("two for one", "姓名,住址\n钱一,\"3\"\"号楼\"\"\"\n", None),
        ("within a cell", "姓名,住址\n钱一,5\"号楼\n钱二,\"6\"号楼\n", None),
    ] {
        assert_eq!(of_text(text.as_bytes()).err(), expected.map(Fault::Unclosed), "{name}");
    }
}

#[test]
fn titles_above_the_header_are_passed_over_and_hidden_sheets_left_alone() {
    let bytes = workbook(|book| {
        let format = Format::new();
        book.add_worksheet().set_hidden(true).write(0, 0, "姓名").unwrap().write(1, 0, "不该读到").unwrap();
        let sheet = book.add_worksheet();
        sheet.merge_range(0, 0, 0, 2, "黄楼社区志愿者名单", &format).unwrap();
        sheet.write(1, 0, "姓名").unwrap().write(2, 0, "李建国").unwrap();
        sheet.merge_range(3, 0, 4, 0, "王淑珍", &format).unwrap();
        sheet.write(5, 0, "赵明").unwrap();
        sheet.set_active(true);
        book.add_worksheet().write(0, 0, "姓名").unwrap();
    });
    let table = read(&bytes, knows).unwrap();
    assert_eq!((table.hidden, table.further), (1, 1));
    let read: Vec<_> = table.rows.iter().map(|row| (row.number, row.cells[0].clone())).collect();
    let text = |name: &str| Cell::Text(name.into());
    // The lower half of the merged cell is no row: nothing stands in it.
    assert_eq!(read, [(3, text("李建国")), (4, Cell::Merged), (6, text("赵明"))]);
}

#[test]
fn a_formula_gives_no_value() {
    let bytes = workbook(|book| {
        let sheet = book.add_worksheet();
        sheet.write(0, 0, "姓名").unwrap().write_formula(1, 0, Formula::new("=A1").set_result("李建国")).unwrap();
    });
    let table = read(&bytes, knows).unwrap();
    assert_eq!(table.rows[0].cells[0].text(), Err(CellFault::Formula));
    let table = of_text("姓名,号\n=1+1,\"=\"\"007\"\"\"\n".as_bytes()).unwrap();
    assert_eq!(table.rows[0].cells, [Cell::Formula, Cell::Text("007".into())]);
}

#[test]
fn nothing_that_is_written_computes() {
    for said in ["=1+1", "+8613800000000", "-1", "@SUM(A1)", "\t=1", "=HYPERLINK(\"http://x\",\"y\")"] {
        let page = Sheet { name: "a".into(), header: vec!["姓名".into()], rows: vec![vec![said.into()]] };
        let bytes = write(&Book { pages: vec![page] }).unwrap();
        let table = read(&bytes, knows).unwrap();
        assert_eq!(table.rows[0].cells, [Cell::Text(said.into())], "{said}");
    }
}

#[test]
fn days_are_read_unless_they_could_be_two() {
    let day_of = |text: &str| Cell::Text(text.into()).day();
    let fifth = Ok(Some(date(2026, 1, 5)));
    for text in
        ["2026-01-05", "2026/1/5", "2026年1月5日", "2026.1.5", "20260105", "２０２６-１-５", "2026-01-05 00:00:00"]
    {
        assert_eq!(day_of(text), fifth, "{text}");
    }
    assert_eq!(day_of(""), Ok(None));
    for text in ["31.12.1999", "31/12/1999", "12/31/1999", "31.12.1999 00:00:00"] {
        assert_eq!(day_of(text), Ok(Some(date(1999, 12, 31))), "{text}: only one of them can be the month");
    }
    assert_eq!(day_of("5.5.1999"), Ok(Some(date(1999, 5, 5))), "the same either way");
    for (text, fault) in [
        ("1/5/2026", DayFault::Ambiguous),
        ("26-1-5", DayFault::Ambiguous),
        ("01.05.1999", DayFault::Ambiguous),
        ("31.12.99", DayFault::Ambiguous),
        ("31.13.1999", DayFault::Unreadable),
        ("31.2.1999", DayFault::Unreadable),
        ("2026年1月", DayFault::Unreadable),
        ("2026-02-30", DayFault::Unreadable),
        ("昨天", DayFault::Unreadable),
    ] {
        assert_eq!(day_of(text), Err(CellFault::Day(fault)), "{text}");
    }
    for (number, expected) in [
        (46_027.0, fifth),
        (20_260_105.0, fifth),
        (61.0, Ok(Some(date(1900, 3, 1)))),
        (5.0, Err(CellFault::Day(DayFault::Unreadable))),
        (1e9, Err(CellFault::Day(DayFault::Unreadable))),
    ] {
        assert_eq!(Cell::Number(number).day(), expected, "{number}");
    }
    let shown_as_days = workbook(|book| {
        let format = Format::new().set_num_format("yyyy-mm-dd");
        book.add_worksheet().write(0, 0, "姓名").unwrap().write_with_format(1, 0, 46_027, &format).unwrap();
    });
    assert_eq!(read(&shown_as_days, knows).unwrap().rows[0].cells, [Cell::Day(date(2026, 1, 5))]);
}

#[test]
fn long_numbers_that_a_program_has_cut_are_not_believed() {
    assert_eq!(Cell::Number(13_800_000_003.0).text(), Ok("13800000003".into()));
    assert_eq!(Cell::Number(110_105_194_912_310_000.0).text(), Err(CellFault::NumberCut));
    assert_eq!(Cell::Text("x".repeat(CELL_CHARS + 1)).text(), Err(CellFault::TooLong));
}

proptest! {
    #[test]
    fn no_bytes_bring_the_reader_down(bytes in proptest::collection::vec(any::<u8>(), 0..2000)) {
        let _ = read(&bytes, |_| true);
        let archive = [b"PK\x03\x04".as_slice(), &bytes].concat();
        let _ = read(&archive, |_| true);
    }

    #[test]
    fn no_damage_to_a_workbook_brings_the_reader_down(
        spots in proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..12)
    ) {
        let mut bytes = people();
        for (at, byte) in spots {
            let at = at.index(bytes.len());
            bytes[at] = byte;
        }
        let _ = read(&bytes, knows);
    }

    #[test]
    fn every_text_comes_back_as_it_was(said in "[^\\p{C}]{1,60}") {
        let page = Sheet { name: said.clone(), header: vec!["姓名".into()], rows: vec![vec![said.as_str().into()]] };
        let table = read(&write(&Book { pages: vec![page] }).unwrap(), knows).unwrap();
        let expected = said.trim();
        match table.rows.first() {
            Some(row) => prop_assert_eq!(row.cells[0].text().unwrap(), expected),
            None => prop_assert_eq!(expected, ""),
        }
    }

    #[test]
    fn no_text_brings_the_day_reader_down(text in ".{0,40}") {
        let _ = day(&text);
    }
}

//! A file that somebody uploads to be brought in: it is read, or refused with a reason; every cell of what is read is one
//! of text, day or a fault.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let Ok(table) = kit::spreadsheets::read(bytes, |cells| cells.iter().any(|cell| cell == "姓名")) else { return };
    for row in &table.rows {
        for cell in &row.cells {
            let _ = (cell.is_empty(), cell.text(), cell.day());
        }
    }
});

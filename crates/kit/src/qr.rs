//! QR codes as SVG, sized for print.

use qrcode::{Color, EcLevel, QrCode};

use crate::markup::{Markup, escape};

/// The width of the quiet zone around a code, in modules (ISO/IEC 18004).
const QUIET: usize = 4;

/// A QR code of `url`, `mm` millimetres wide with its quiet zone. `label` says in words where it leads. Error
/// correction is level M: a scratched screen or a folded card still scans.
///
/// # Errors
/// When `url` is longer than a QR code can hold, about 2,300 bytes.
pub fn svg(url: &str, mm: u32, label: &str) -> Result<Markup, qrcode::types::QrError> {
    let code = QrCode::with_error_correction_level(url, EcLevel::M)?;
    let width = code.width();
    let colors = code.to_colors();
    let mut path = String::new();
    for (y, row) in colors.chunks(width).enumerate() {
        let mut x = 0;
        while x < width {
            let run = row[x..].iter().take_while(|c| **c == Color::Dark).count();
            if run > 0 {
                path.push_str(&format!("M{},{}h{run}v1h-{run}z", x + QUIET, y + QUIET));
            }
            x += run.max(1);
        }
    }
    let side = width + 2 * QUIET;
    let label = escape(label);
    Ok(Markup::vouched(format!(
        "<svg class=\"qr\" role=\"img\" aria-label=\"{label}\" width=\"{mm}mm\" height=\"{mm}mm\" \
         viewBox=\"0 0 {side} {side}\" shape-rendering=\"crispEdges\"><rect class=\"qr-paper\" width=\"{side}\" \
         height=\"{side}\"/><path class=\"qr-ink\" d=\"{path}\"/></svg>"
    )))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_size_is_in_millimetres_and_the_label_is_escaped() {
        let svg = svg("https://helin.example/t/A3-716-204", 22, "查看 <进度>").unwrap();
        assert!(svg.as_str().contains("width=\"22mm\""));
        assert!(svg.as_str().contains("查看 &lt;进度&gt;"));
    }

    #[test]
    fn every_dark_module_is_drawn_once() {
        let svg = svg("https://helin.example/", 20, "x").unwrap();
        let drawn: usize = svg
            .as_str()
            .split("d=\"")
            .nth(1)
            .unwrap()
            .split('M')
            .skip(1)
            .map(|run| run.split('h').nth(1).unwrap().split('v').next().unwrap().parse::<usize>().unwrap())
            .sum();
        let code = QrCode::with_error_correction_level("https://helin.example/", EcLevel::M).unwrap();
        assert_eq!(drawn, code.to_colors().iter().filter(|c| **c == Color::Dark).count());
    }

    #[test]
    fn too_long_is_an_error_not_a_panic() {
        assert!(svg(&"x".repeat(4000), 20, "x").is_err());
    }
}

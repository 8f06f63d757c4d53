//! Somebody at the desk who adds photos to matters by page, each until it is acknowledged.

use std::io::Cursor;

use image::{ImageFormat, RgbImage};
use serde_json::Value;

use crate::Outcome;
use crate::api::Api;
use crate::browser::{Browser, Drawn};
use crate::load::Load;

/// How many photos one person may add to a hazard: `max` of its form.
pub const MOST: usize = 3;

/// The photos of matters, added one after the other.
pub struct Album<'l> {
    load: &'l Load,
    browser: Browser,
    added: usize,
    /// Photos whose answer did not come at first.
    pub interrupted: usize,
}

impl<'l> Album<'l> {
    /// Signs in.
    pub fn open(load: &'l Load) -> Outcome<Album<'l>> {
        let mut browser = Browser::default();
        load.until(|| browser.sign_in(load.address(), &load.accounts().account, &load.accounts().password))?;
        Ok(Album { load, browser, added: 0, interrupted: 0 })
    }

    /// Adds a photo to a matter. The form is drawn once, and sent until it was answered: its key makes it one.
    pub fn add(&mut self, matter: &Value) -> Outcome<()> {
        let code: String = matter["code"].as_str().unwrap_or_default().chars().skip(1).collect();
        let code: String = code.chars().filter(char::is_ascii_alphanumeric).collect();
        let (form, action) = (format!("/desk/{code}?do=note"), format!("/desk/{code}/note"));
        let (photo, text) = (noise(self.added), format!("第 {} 张照片", self.added));
        let page = self.asking(&form, 200, |browser, address| browser.get(address, &form))?;
        self.asking(&action, 303, |browser, address| browser.send_photo(address, &page.html, &action, &text, &photo))?;
        self.added += 1;
        Ok(())
    }

    /// Asks until the answer is neither missing nor a 5xx. Another answer than this one is a fault.
    fn asking(
        &mut self,
        path: &str,
        good: u16,
        mut ask: impl FnMut(&mut Browser, &str) -> Outcome<Drawn>,
    ) -> Outcome<Drawn> {
        let mut asked = 0;
        let browser = &mut self.browser;
        let drawn = self.load.until(|| {
            asked += 1;
            match ask(browser, self.load.address()) {
                Ok(drawn) if drawn.status < 500 => Ok(drawn),
                Ok(drawn) => Err(format!("{path}: answered {}", drawn.status)),
                Err(why) => Err(format!("{path}: {why}")),
            }
        })?;
        self.interrupted += usize::from(asked > 1 && good == 303);
        if drawn.status == good { Ok(drawn) } else { Err(format!("{path}: answered {} to a photo", drawn.status)) }
    }
}

/// Every photo that was acknowledged is there once and whole, whatever the database says.
pub fn whole(api: &Api, matter: &str, count: usize) -> Outcome<()> {
    let path = format!("/api/v1/matters/{matter}/photos");
    let seen = api.get(&path)?;
    let items = seen["items"].as_array().ok_or("photos without a list")?;
    if items.len() != count {
        return Err(format!("{matter} has {} photos, and {count} were acknowledged", items.len()));
    }
    for item in items {
        let id = item["id"].as_str().unwrap_or_default();
        let bytes = api.bytes(&format!("{path}/{id}"))?;
        image::load_from_memory_with_format(&bytes, ImageFormat::Jpeg)
            .map_err(|error| format!("the photo {id} of {} bytes is spoilt: {error}", bytes.len()))?;
    }
    Ok(())
}

/// A photo of several pages, another one for each number.
fn noise(number: usize) -> Vec<u8> {
    let mut dice = u32::try_from(number).expect("a small number") * 2 + 1;
    let mut toss = || {
        dice = dice.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        dice.to_be_bytes()[0]
    };
    let mut bytes = Cursor::new(Vec::new());
    let image = RgbImage::from_fn(240, 160, |_, _| image::Rgb([toss(), toss(), toss()]));
    image.write_to(&mut bytes, ImageFormat::Png).expect("a PNG");
    bytes.into_inner()
}

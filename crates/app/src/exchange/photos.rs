//! Photos: sniffed, decoded outside any transaction, turned upright, scaled, freed of what the camera wrote into them;
//! and copies on which somebody covered what others must not see.

use std::io::Cursor;
use std::sync::Arc;

use axum::http::header;
use axum::response::{IntoResponse, Response};
use image::{DynamicImage, ImageDecoder, ImageFormat, ImageReader, Limits, Rgb, RgbImage};
use kit::Form;
use object_store::path::Path;
use object_store::{ObjectStore, ObjectStoreExt, PutPayload};
use rules::shared::cover::{Area, Cover};
use rules::shared::ids::{FileId, FileThing};
use rules::shared::{Cell, Moment, Refusal};
use sha2::{Digest, Sha256};

use super::loose;
use crate::identity::sweep;
use crate::{App, Stop};

/// What every kept photo is.
pub const MEDIA: &str = "image/jpeg";
/// The longer side of what is kept, in pixels: enough to read a sign, small enough for a phone.
const LONGER_SIDE: u32 = 1600;
/// What a photo may weigh where it is shown, in bytes: a village network carries it in a second.
const SERVED_BYTES: usize = 120 * 1024;
/// How well a JPEG is kept, best first; below the last it is made smaller instead.
const QUALITIES: [u8; 4] = [82, 70, 58, 46];
/// The longer side below which a photo is not made smaller, in pixels.
const LEAST_SIDE: u32 = 500;
/// More pixels than any phone takes; a smaller file can still unpack to gigabytes.
const MOST_PIXELS: u64 = 120_000_000;
/// Memory for decoding one photo, in bytes.
const DECODE_BYTES: u64 = 512 * 1024 * 1024;

/// A photo that lies in the store and belongs to nothing yet.
#[derive(Clone, Debug)]
pub struct Stored {
    pub id: FileId,
    pub media: &'static str,
    pub bytes: i64,
    pub width: i32,
    pub height: i32,
    pub sha256: Vec<u8>,
}

/// Takes one uploaded photo in: a JPEG without metadata goes to the store.
///
/// # Errors
/// `photo-heic`, `photo-unreadable`, `photo-too-large`, each with what to do.
pub async fn take_in(app: &App, cell: Cell, at: Moment, field: &str, bytes: Vec<u8>) -> Result<Stored, Stop> {
    let owned = field.to_owned();
    let (jpeg, width, height) =
        tokio::task::spawn_blocking(move || clean(&bytes, &owned)).await.map_err(Stop::defect)??;
    keep(app, cell, at, jpeg, (width, height)).await
}

/// Takes in what a form's file input `field` was given.
///
/// # Errors
/// As [`take_in`]; what was taken in before the one at fault belongs to nothing and is swept later.
pub async fn uploads(app: &App, cell: Cell, at: Moment, form: &Form, field: &str) -> Result<Vec<Stored>, Stop> {
    let mut taken = Vec::new();
    for upload in form.files(field) {
        if upload.too_big {
            return Err(Refusal::new("photo-too-large").at_field(field).into());
        }
        taken.push(take_in(app, cell, at, field, upload.bytes.clone()).await?);
    }
    Ok(taken)
}

/// Makes a copy of a stored photo on which the squares are covered, to lie in `cell`; none when there is nothing to cover.
pub async fn covered_copy(
    app: &App,
    cell: Cell,
    at: Moment,
    id: FileId,
    cover: &Cover,
) -> Result<Option<Stored>, Stop> {
    if cover.is_empty() {
        return Ok(None);
    }
    let (bytes, areas) = (read(&app.files, id).await?, cover.areas().collect::<Vec<_>>());
    let covered = tokio::task::spawn_blocking(move || covered(&bytes, &areas)).await.map_err(Stop::defect)?;
    let (jpeg, size) = covered.map_err(Stop::defect)?;
    keep(app, cell, at, jpeg, size).await.map(Some)
}

async fn keep(app: &App, cell: Cell, at: Moment, jpeg: Vec<u8>, (width, height): (u32, u32)) -> Result<Stored, Stop> {
    let id = app.new_id::<FileThing>(cell, at);
    let stored = Stored {
        id,
        media: MEDIA,
        bytes: i64::try_from(jpeg.len()).map_err(Stop::defect)?,
        width: i32::try_from(width).map_err(Stop::defect)?,
        height: i32::try_from(height).map_err(Stop::defect)?,
        sha256: Sha256::digest(&jpeg).to_vec(),
    };
    // First the row, then the file: a file without one would never be found again.
    app.write(move |mut tx| {
        Box::pin(async move {
            sweep::later(&mut tx, at, cell).await?;
            loose::taken(&mut tx, at, id).await
        })
    })
    .await?;
    app.files.put(&path(id), PutPayload::from(jpeg)).await.map_err(Stop::defect)?;
    Ok(stored)
}

/// The bytes of a stored photo.
pub async fn read(files: &Arc<dyn ObjectStore>, id: FileId) -> Result<Vec<u8>, Stop> {
    match files.get(&path(id)).await {
        Ok(found) => Ok(found.bytes().await.map_err(Stop::defect)?.to_vec()),
        Err(object_store::Error::NotFound { .. }) => Err(Stop::Missing),
        Err(error) => Err(Stop::defect(error)),
    }
}

/// A photo that the caller has permitted, as an answer: nobody keeps it, for what is released may be taken back.
pub async fn answer(app: &App, id: FileId) -> Result<Response, Stop> {
    let bytes = read(&app.files, id).await?;
    Ok(([(header::CONTENT_TYPE, MEDIA)], bytes).into_response())
}

/// Takes a photo out of the store that nobody will ask for again.
pub async fn remove(files: &Arc<dyn ObjectStore>, id: FileId) -> Result<(), Stop> {
    match files.delete(&path(id)).await {
        Ok(()) | Err(object_store::Error::NotFound { .. }) => Ok(()),
        Err(error) => Err(Stop::defect(error)),
    }
}

fn path(id: FileId) -> Path {
    Path::from(format!("photos/{}/{id}.jpg", id.cell.0))
}

/// Decodes and re-encodes. Re-encoding is what removes the place, the time and the device from the file.
fn clean(bytes: &[u8], field: &str) -> Result<(Vec<u8>, u32, u32), Stop> {
    let unreadable = || Refusal::new("photo-unreadable").at_field(field);
    if is_heic(bytes) {
        return Err(Refusal::new("photo-heic").at_field(field).into());
    }
    let mut reader = ImageReader::new(Cursor::new(bytes)).with_guessed_format().map_err(Stop::defect)?;
    if !matches!(reader.format(), Some(ImageFormat::Jpeg | ImageFormat::Png | ImageFormat::WebP)) {
        return Err(unreadable().into());
    }
    let mut limits = Limits::default();
    limits.max_alloc = Some(DECODE_BYTES);
    reader.limits(limits);
    let mut decoder = reader.into_decoder().map_err(|_| unreadable())?;
    let (width, height) = decoder.dimensions();
    if u64::from(width) * u64::from(height) > MOST_PIXELS {
        return Err(Refusal::new("photo-too-large").at_field(field).into());
    }
    let orientation = decoder.orientation().map_err(|_| unreadable())?;
    let mut image = DynamicImage::from_decoder(decoder).map_err(|_| unreadable())?;
    image.apply_orientation(orientation);
    let mut side = LONGER_SIDE;
    loop {
        if image.width().max(image.height()) > side {
            image = image.thumbnail(side, side);
        }
        let out = encoded(&image.to_rgb8()).map_err(Stop::defect)?;
        side = side * 3 / 4;
        if out.len() <= SERVED_BYTES || side < LEAST_SIDE {
            return Ok((out, image.width(), image.height()));
        }
    }
}

/// As good as fits into [`SERVED_BYTES`], or the last try.
fn encoded(image: &RgbImage) -> image::ImageResult<Vec<u8>> {
    let mut out = Vec::new();
    for quality in QUALITIES {
        out.clear();
        image.write_with_encoder(image::codecs::jpeg::JpegEncoder::new_with_quality(&mut out, quality))?;
        if out.len() <= SERVED_BYTES {
            break;
        }
    }
    Ok(out)
}

fn covered(jpeg: &[u8], areas: &[Area]) -> image::ImageResult<(Vec<u8>, (u32, u32))> {
    let mut image = image::load_from_memory_with_format(jpeg, ImageFormat::Jpeg)?.to_rgb8();
    for area in areas {
        fill(&mut image, *area);
    }
    Ok((encoded(&image)?, image.dimensions()))
}

/// One colour for the whole area, its mean: nothing of what was there can be worked out again, unlike from a blur.
fn fill(image: &mut RgbImage, area: Area) {
    let pixels =
        || (area.y..area.y + area.height).flat_map(move |y| (area.x..area.x + area.width).map(move |x| (x, y)));
    let mut sums = [0_u64; 3];
    for (x, y) in pixels() {
        for (sum, value) in sums.iter_mut().zip(image.get_pixel(x, y).0) {
            *sum += u64::from(value);
        }
    }
    let count = (u64::from(area.width) * u64::from(area.height)).max(1);
    let mean = Rgb(sums.map(|sum| u8::try_from(sum / count).unwrap_or(u8::MAX)));
    for (x, y) in pixels() {
        image.put_pixel(x, y, mean);
    }
}

/// HEIC and HEIF begin with a box named `ftyp` and one of a few brands (ISO/IEC 23008-12).
fn is_heic(bytes: &[u8]) -> bool {
    let brand = bytes.get(8..12).unwrap_or_default();
    bytes.get(4..8) == Some(b"ftyp")
        && [b"heic", b"heix", b"hevc", b"mif1", b"msf1", b"heim"].iter().any(|b| brand == *b)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn png(width: u32, height: u32) -> Vec<u8> {
        let mut bytes = Vec::new();
        DynamicImage::new_rgb8(width, height).write_to(&mut Cursor::new(&mut bytes), ImageFormat::Png).unwrap();
        bytes
    }

    #[test]
    fn a_photo_is_scaled_and_becomes_a_jpeg() {
        let (jpeg, width, height) = clean(&png(3200, 800), "photos").unwrap();
        assert_eq!((width, height), (1600, 400));
        assert_eq!(&jpeg[..2], b"\xff\xd8");
    }

    #[test]
    fn a_photo_weighs_little_where_it_is_shown() {
        // What no camera takes: every pixel another colour, by a small generator of Lehmer's kind.
        let mut state = 1_u32;
        let mut next = || {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            state.to_be_bytes()[0]
        };
        let noise = RgbImage::from_fn(1200, 900, |_, _| Rgb([next(), next(), next()]));
        let mut bytes = Vec::new();
        DynamicImage::ImageRgb8(noise).write_to(&mut Cursor::new(&mut bytes), ImageFormat::Png).unwrap();
        let (jpeg, width, height) = clean(&bytes, "photos").unwrap();
        assert!(jpeg.len() <= SERVED_BYTES, "{} bytes, {width} × {height}", jpeg.len());
        assert!(width >= 400, "{width}");
    }

    #[test]
    fn what_is_covered_is_gone_and_the_rest_stays() {
        // Stripes of one pixel: nothing of them may be left under a cover.
        let striped = RgbImage::from_fn(240, 120, |x, _| if x % 2 == 0 { Rgb([0; 3]) } else { Rgb([255; 3]) });
        let jpeg = encoded(&striped).unwrap();
        let areas = [Area { x: 0, y: 0, width: 120, height: 120 }];
        let (copy, size) = covered(&jpeg, &areas).unwrap();
        let copy = image::load_from_memory(&copy).unwrap().to_luma8();
        assert_eq!(size, (240, 120));
        let spread = |from: u32, to: u32| {
            let values = (from..to).map(|x| copy.get_pixel(x, 60).0[0]);
            values.clone().max().unwrap() - values.min().unwrap()
        };
        // The last pixels of a block of JPEG take a little from the next one.
        assert!(spread(0, 112) < 8, "covered: {}", spread(0, 112));
        assert!(spread(128, 240) > 200, "left alone: {}", spread(128, 240));
    }

    #[test]
    fn what_is_no_photo_says_what_to_do() {
        let heic = b"\0\0\0\x18ftypheic\0\0\0\0mif1heic".to_vec();
        for (bytes, code) in
            [(heic, "photo-heic"), (b"GIF89a".to_vec(), "photo-unreadable"), (Vec::new(), "photo-unreadable")]
        {
            match clean(&bytes, "photos") {
                Err(Stop::Refused(refusal)) => assert_eq!(refusal.code, code),
                other => panic!("{other:?}"),
            }
        }
    }
}

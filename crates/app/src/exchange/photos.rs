//! Photos: sniffed, decoded outside any transaction, turned upright, scaled, freed of what the camera wrote into them.

use std::io::Cursor;
use std::sync::Arc;

use image::{DynamicImage, ImageDecoder, ImageFormat, ImageReader, Limits};
use object_store::path::Path;
use object_store::{ObjectStore, ObjectStoreExt, PutPayload};
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
    if width.max(height) > LONGER_SIDE {
        image = image.thumbnail(LONGER_SIDE, LONGER_SIDE);
    }
    let mut out = Vec::new();
    let encoder = image::codecs::jpeg::JpegEncoder::new_with_quality(&mut out, 82);
    image.to_rgb8().write_with_encoder(encoder).map_err(Stop::defect)?;
    Ok((out, image.width(), image.height()))
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

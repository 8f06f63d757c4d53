//! The files of `/assets`: embedded, named by the hash of their content, so browsers keep them for good.

use std::borrow::Cow;
use std::collections::HashMap;
use std::io::Write;
use std::sync::LazyLock;

use axum::Router;
use axum::extract::{Path, Request};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use data_encoding::HEXLOWER;
use flate2::Compression;
use flate2::write::GzEncoder;
use rust_embed::RustEmbed;
use sha2::{Digest, Sha256};

#[derive(RustEmbed)]
#[folder = "../../assets/"]
struct Files;

/// The parts of the one stylesheet, in order.
const STYLE: [&str; 5] = ["tokens", "base", "parts", "desk", "print"];

struct Asset {
    url: String,
    mime: &'static str,
    bytes: Cow<'static, [u8]>,
    gzip: Option<Vec<u8>>,
}

static ASSETS: LazyLock<HashMap<String, Asset>> = LazyLock::new(|| {
    let mut assets: HashMap<String, Asset> = Files::iter()
        .filter(|name| !name.starts_with("style/") && !name.starts_with("vendor/"))
        .filter_map(|name| Some((name.to_string(), asset(&name, Files::get(&name)?.data))))
        .collect();
    assets.insert("style.css".to_owned(), asset("style.css", Cow::Owned(style().into_bytes())));
    assets
});

/// Served name (with hash) to logical name.
static SERVED: LazyLock<HashMap<&'static str, &'static Asset>> =
    LazyLock::new(|| ASSETS.values().map(|a| (a.url.trim_start_matches("/assets/"), a)).collect());

/// The one stylesheet.
pub fn style() -> String {
    let parts = STYLE.iter().map(|part| {
        let file = Files::get(&format!("style/{part}.css")).expect("a part of the stylesheet is embedded");
        String::from_utf8(file.data.into_owned()).expect("a stylesheet is UTF-8")
    });
    parts.collect::<Vec<_>>().join("\n")
}

fn asset(name: &str, bytes: Cow<'static, [u8]>) -> Asset {
    let hash = &HEXLOWER.encode(&Sha256::digest(&bytes))[..12];
    let (stem, extension) = name.rsplit_once('.').unwrap_or((name, ""));
    let mime = match extension {
        "css" => "text/css; charset=utf-8",
        "js" => "text/javascript; charset=utf-8",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "webp" => "image/webp",
        "json" | "webmanifest" => "application/manifest+json",
        "txt" => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    };
    let gzip = (mime.starts_with("text/") || extension == "svg").then(|| gzip(&bytes));
    Asset { url: format!("/assets/{stem}.{hash}.{extension}"), mime, bytes, gzip }
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(bytes).and_then(|()| encoder.finish()).expect("writing to memory does not fail")
}

/// The address of the asset `name`, such as `style.css` or `icons/sprite.svg`.
///
/// # Panics
/// When there is no such file: a template names it wrongly, and every rendering test shows it.
pub fn url(name: &str) -> &'static str {
    match ASSETS.get(name) {
        Some(asset) => &asset.url,
        None => panic!("no asset is called {name}"),
    }
}

/// The names of the pictures in the sprite, in its order.
pub fn icons() -> Vec<String> {
    let sprite = Files::get("icons/sprite.svg").expect("the sprite is embedded");
    let text = String::from_utf8_lossy(&sprite.data);
    let named = text.split("<symbol id=\"").skip(1).filter_map(|rest| rest.split('"').next());
    named.map(str::to_owned).collect()
}

/// `/assets/…`, kept by browsers for a year, compressed once.
pub fn routes() -> Router {
    Router::new()
        .route(
            "/assets/{*name}",
            get(|Path(name): Path<String>, request: Request| async move { serve(&name, request.headers()) }),
        )
        .route("/offline.js", get(worker))
}

/// The one script that must stand above all pages and keep its name: browsers ask for it again to see whether it changed.
async fn worker() -> Response {
    let file = Files::get("script/offline.js").expect("the script is embedded");
    let says = [(header::CONTENT_TYPE, "text/javascript; charset=utf-8"), (header::CACHE_CONTROL, "no-cache")];
    (says, file.data).into_response()
}

fn serve(name: &str, headers: &HeaderMap) -> Response {
    let Some(asset) = SERVED.get(name) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let accepts = headers.get(header::ACCEPT_ENCODING).and_then(|v| v.to_str().ok()).unwrap_or_default();
    let keep = [
        (header::CONTENT_TYPE, asset.mime),
        (header::CACHE_CONTROL, "public, max-age=31536000, immutable"),
        (header::VARY, "accept-encoding"),
    ];
    match &asset.gzip {
        Some(gzip) if accepts.contains("gzip") => {
            (keep, [(header::CONTENT_ENCODING, "gzip")], gzip.as_slice()).into_response()
        }
        _ => (keep, asset.bytes.clone()).into_response(),
    }
}

/// The size of an asset as it travels, compressed. For the budgets that tests hold.
pub fn travelling_bytes(name: &str) -> Option<usize> {
    ASSETS.get(name).map(|a| a.gzip.as_ref().map_or(a.bytes.len(), Vec::len))
}

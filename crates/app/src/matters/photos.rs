//! The photos of a matter. Whoever handles it sees them as they are, and so does whose matter it is and who added one; whom a
//! report is about is told how many they added; everybody else sees a photo once a handler has covered faces and plates on it
//! and released it (个人信息保护法 第二十八条: faces are sensitive).

use std::collections::BTreeSet;

use rules::matters::kind::FieldType;
use rules::matters::visibility::{Shown, fields_for};
use rules::matters::{Kind, Matter, access};
use rules::shared::cover::{Cover, Grid};
use rules::shared::ids::{FileId, MatterId, PersonId};
use rules::shared::{Actor, Cell, Id, Moment};
use serde::Deserialize;
use serde_json::json;
use uuid::Uuid;

use super::{Held, kind_of};
use crate::exchange::loose;
use crate::exchange::photos::Stored;
use crate::{Stop, Tx, audit};

const PHOTO_ADDED: &str = "matters.photo_added";

/// A photo of a matter, without its bytes.
#[derive(Clone, Debug, Deserialize)]
pub struct PhotoRow {
    pub cell: i32,
    pub id: Uuid,
    pub width: i32,
    pub height: i32,
    stored_cell: Option<i32>,
    added_by: Option<Uuid>,
    /// What is covered, once it is released.
    covered: Option<String>,
    shown_id: Option<Uuid>,
}

impl PhotoRow {
    pub fn id(&self) -> FileId {
        Id::new(Cell(self.cell), self.id)
    }

    /// The file as it was taken: it lies where its taker was registered, which need not be the matter's county.
    pub fn stored(&self) -> FileId {
        Id::new(Cell(self.stored_cell.unwrap_or(self.cell)), self.id)
    }

    pub fn grid(&self) -> Grid {
        Grid::over(self.width.unsigned_abs(), self.height.unsigned_abs())
    }

    /// What was covered when it was released; nothing while it is not.
    pub fn cover(&self) -> Option<Cover> {
        self.covered.as_ref().and_then(|text| Cover::parse(self.grid(), text).ok())
    }

    /// The file of which others than its handlers see it.
    pub fn released(&self) -> Option<FileId> {
        self.covered.as_ref()?;
        Some(self.shown_id.map_or_else(|| self.stored(), |shown| Id::new(Cell(self.cell), shown)))
    }

    /// The file of which `me` sees it, who has to do with the matter but does not handle it.
    pub fn shown_to(&self, me: PersonId) -> Option<FileId> {
        if self.added_by == Some(me.uuid) { Some(self.stored()) } else { self.released() }
    }
}

pub async fn of_matter(tx: &mut Tx<'_>, id: MatterId) -> Result<Vec<PhotoRow>, Stop> {
    let sql = "SELECT f.cell, f.id, f.width, f.height, f.stored_cell, f.added_by, r.covered, r.shown_id FROM matters_files f \
               LEFT JOIN matters_releases r ON r.cell = f.cell AND r.file_id = f.id \
               WHERE f.cell = $1 AND f.matter_id = $2 ORDER BY f.id";
    Ok(tx.all::<PhotoRow>(sql, db::args![id.cell.0, id.uuid]).await?)
}

/// The photos of whom a report is about: the event of such a photo says not whose it is ([`add_of_party`]).
pub fn files_of_party(events: &[audit::Event]) -> BTreeSet<String> {
    let is_of_party = |event: &&audit::Event| event.verb == PHOTO_ADDED && event.actor.is_none();
    let files = events.iter().filter(is_of_party).filter_map(|event| event.data["file"].as_str());
    files.map(str::to_owned).collect()
}

/// The photos of a matter that are for whose it is to see, once they are released. What whom a report is about adds to their
/// answer is for who handles it; and whoever asked for another sees no photo but their own.
pub async fn for_owner(tx: &mut Tx<'_>, held: &Held, me: PersonId) -> Result<Vec<PhotoRow>, Stop> {
    let of_party = files_of_party(&audit::timeline(tx, held.id()).await?);
    let asked = rules::matters::asker::is_asker(&held.matter, me);
    let mut photos = of_matter(tx, held.id()).await?;
    photos.retain(|photo| !of_party.contains(&photo.id().to_string()) && (!asked || photo.added_by == Some(me.uuid)));
    Ok(photos)
}

/// What somebody sees of the photos of a matter that they may see.
#[derive(Clone, Copy)]
enum Sight {
    /// As they were taken: who handles it.
    Taken,
    /// Those they added as they were taken, others once they are released: whose matter it is.
    Own(PersonId),
    /// Those that are released: staff to whom the kind shows photos.
    Released,
    Nothing,
}

fn sight(who: &Actor, kind: &Kind, matter: &Matter) -> Sight {
    let mut fields = fields_for(who, kind, matter).into_iter();
    let shown = fields.any(|(field, shown)| field.type_ == FieldType::Photos && shown == Shown::Open);
    let own = who.stands_for().filter(|me| matter.is_own(Some(*me)));
    match own {
        _ if shown && access::release_photo(who, kind, matter).is_ok() => Sight::Taken,
        Some(me) => Sight::Own(me),
        None if shown => Sight::Released,
        None => Sight::Nothing,
    }
}

/// The photos that `who` sees of a matter, each with the file that they see of it.
pub async fn seen_by(tx: &mut Tx<'_>, who: &Actor, matter: MatterId) -> Result<Vec<(PhotoRow, FileId)>, Stop> {
    let held = Held::find(tx, who, matter).await?;
    seen_of(tx, who, &held).await
}

async fn seen_of(tx: &mut Tx<'_>, who: &Actor, held: &Held) -> Result<Vec<(PhotoRow, FileId)>, Stop> {
    let photos = of_matter(tx, held.id()).await?;
    let city = tx.city();
    let sight = sight(who, kind_of(&city, &held.matter.kind)?, &held.matter);
    let own = match sight {
        Sight::Own(me) => for_owner(tx, held, me).await?.into_iter().map(|photo| photo.id).collect(),
        _ => Vec::new(),
    };
    let file = |photo: &PhotoRow| match sight {
        Sight::Taken => Some(photo.stored()),
        Sight::Own(me) => photo.shown_to(me).filter(|_| own.contains(&photo.id)),
        Sight::Released => photo.released(),
        Sight::Nothing => None,
    };
    Ok(photos.into_iter().filter_map(|photo| file(&photo).map(|file| (photo, file))).collect())
}

/// The file that `who` is about to see of one photo. `purpose`: one of the access log; without it, what the step is for.
pub async fn show(
    tx: &mut Tx<'_>,
    who: &Actor,
    at: Moment,
    (matter, photo): (MatterId, FileId),
    purpose: Option<&str>,
) -> Result<FileId, Stop> {
    let held = Held::find(tx, who, matter).await?;
    let seen = seen_of(tx, who, &held).await?;
    let (row, file) = seen.into_iter().find(|(row, _)| row.id() == photo).ok_or(Stop::Missing)?;
    looked_at(tx, who, at, &held, (&row, file), purpose).await?;
    Ok(file)
}

/// The file that whose matter it is sees of one photo, and whoever acts in it for them; missing for everybody else.
pub async fn show_owner(
    tx: &mut Tx<'_>,
    who: &Actor,
    at: Moment,
    (matter, photo): (MatterId, FileId),
) -> Result<FileId, Stop> {
    let held = Held::find(tx, who, matter).await?;
    let me = who.stands_for().filter(|me| held.matter.is_own(Some(*me))).ok_or(Stop::Missing)?;
    let photos = for_owner(tx, &held, me).await?;
    let row = photos.into_iter().find(|row| row.id() == photo).ok_or(Stop::Missing)?;
    let file = row.shown_to(me).ok_or(Stop::Missing)?;
    looked_at(tx, who, at, &held, (&row, file), Some("own")).await?;
    Ok(file)
}

/// Writes down for whose matter it is that somebody sees a photo as somebody else took it, where the kind protects its photos.
async fn looked_at(
    tx: &mut Tx<'_>,
    who: &Actor,
    at: Moment,
    held: &Held,
    (row, file): (&PhotoRow, FileId),
    purpose: Option<&str>,
) -> Result<(), Stop> {
    let city = tx.city();
    let kind = kind_of(&city, &held.matter.kind)?;
    let is_theirs = who.person.is_some_and(|me| row.added_by == Some(me.uuid));
    let protected = kind.fields.iter().find(|field| field.type_ == FieldType::Photos && field.protected);
    let Some(field) = protected.filter(|_| file == row.stored() && !is_theirs) else { return Ok(()) };
    let of = held.key_person().map_or(audit::Whose::Unregistered(&held.matter.place_path), audit::Whose::Person);
    let purpose = purpose.unwrap_or_else(|| held.purpose(kind));
    let fields = [field.key.as_str()];
    audit::looked_at(tx, who, at, audit::Look { of, fields: &fields, purpose, subject: held.id() }).await
}

/// A photo as one of its handlers sees it; missing for everybody else.
pub async fn at_desk(tx: &mut Tx<'_>, who: &Actor, matter: MatterId, file: FileId) -> Result<(Held, PhotoRow), Stop> {
    let held = Held::find(tx, who, matter).await?;
    let city = tx.city();
    if !matches!(sight(who, kind_of(&city, &held.matter.kind)?, &held.matter), Sight::Taken) {
        return Err(Stop::Missing);
    }
    let photo = of_matter(tx, matter).await?.into_iter().find(|photo| photo.id() == file);
    Ok((held, photo.ok_or(Stop::Missing)?))
}

/// Adds a photo that `exchange::photos` has taken in.
///
/// # Errors
/// Those of [`Kind::takes_photo_after`].
pub async fn add(tx: &mut Tx<'_>, who: &Actor, at: Moment, held: &Held, photo: &Stored) -> Result<FileId, Stop> {
    keep(tx, (who, who), at, held, photo).await
}

/// Adds a photo that came with a remark which is said once more, unless it is there already.
pub async fn add_once(tx: &mut Tx<'_>, who: &Actor, at: Moment, held: &Held, photo: &Stored) -> Result<(), Stop> {
    super::store::lock(tx, held.id()).await?;
    let by = who.person.map(|person| (person.cell.0, person.uuid)).unzip();
    let there = "SELECT COUNT(*) AS found FROM matters_files WHERE cell = $1 AND matter_id = $2 AND sha256 = $3 \
                 AND added_cell = $4 AND added_by = $5";
    let id = held.id();
    if tx.scalar_i64(there, db::args![id.cell.0, id.uuid, photo.sha256.clone(), by.0, by.1]).await? == 0 {
        add(tx, who, at, held, photo).await?;
    }
    Ok(())
}

/// Adds a photo of whom a report is about. Whoever reported reads the timeline: it says that there is one more, not whose.
pub async fn add_of_party(
    tx: &mut Tx<'_>,
    who: &Actor,
    at: Moment,
    held: &Held,
    photo: &Stored,
) -> Result<FileId, Stop> {
    keep(tx, (who, &Actor::system()), at, held, photo).await
}

/// How many photos of a matter somebody added.
pub async fn added_by(tx: &mut Tx<'_>, matter: MatterId, person: PersonId) -> Result<usize, Stop> {
    let photos = of_matter(tx, matter).await?;
    Ok(photos.iter().filter(|photo| photo.added_by == Some(person.uuid)).count())
}

/// Keeps a photo of `who`, which the timeline says that `told` added.
async fn keep(
    tx: &mut Tx<'_>,
    (who, told): (&Actor, &Actor),
    at: Moment,
    held: &Held,
    photo: &Stored,
) -> Result<FileId, Stop> {
    // Whoever adds another to the same matter at the same time waits, so that both are counted.
    super::store::lock(tx, held.id()).await?;
    fits(tx, who, held).await?;
    tx.put(
        "INSERT INTO matters_files (cell, id, matter_id, media, bytes, width, height, sha256, stored_cell, \
         added_cell, added_by, added_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)",
        db::args![
            held.id().cell.0,
            photo.id.uuid,
            held.id().uuid,
            photo.media,
            photo.bytes,
            photo.width,
            photo.height,
            photo.sha256.clone(),
            photo.id.cell.0,
            who.person.map(|p| p.cell.0),
            who.person.map(|p| p.uuid),
            at.recorded.as_millisecond()
        ],
    )
    .await?;
    loose::attached(tx, photo.id).await?;
    let id: FileId = Id::new(held.id().cell, photo.id.uuid);
    audit::record(tx, told, at, PHOTO_ADDED, held.id(), json!({ "file": id })).await?;
    Ok(id)
}

/// Whether one more photo of `who` fits: each adds as many as the kind's form takes.
pub(super) async fn fits(tx: &mut Tx<'_>, who: &Actor, held: &Held) -> Result<(), Stop> {
    let there = match who.person {
        Some(me) => added_by(tx, held.id(), me).await?,
        None => 0,
    };
    let city = tx.city();
    Ok(kind_of(&city, &held.matter.kind)?.takes_photo_after(u32::try_from(there).unwrap_or(u32::MAX))?)
}

/// Whether `who` may add a photo: asked before it is taken in.
///
/// # Errors
/// `photo-kind`, `photos-most`, `matter-closed`.
pub async fn may_add(tx: &mut Tx<'_>, who: &Actor, held: &Held) -> Result<(), Stop> {
    let city = tx.city();
    access::note(who, kind_of(&city, &held.matter.kind)?, &held.matter)?;
    fits(tx, who, held).await?;
    if held.matter.is_closed() {
        return Err(Stop::refused("matter-closed"));
    }
    Ok(())
}

/// Whether `who` may release photos of this matter: asked before a copy is made.
pub fn may_release(tx: &Tx<'_>, who: &Actor, held: &Held) -> Result<(), Stop> {
    let city = tx.city();
    access::release_photo(who, kind_of(&city, &held.matter.kind)?, &held.matter)?;
    Ok(())
}

/// Lets others see a photo: `copy` has the squares of `cover` covered, and is needed when there are any.
pub async fn release(
    tx: &mut Tx<'_>,
    who: &Actor,
    at: Moment,
    (matter, file): (MatterId, FileId),
    cover: &Cover,
    copy: Option<&Stored>,
) -> Result<(), Stop> {
    let (held, _) = at_desk(tx, who, matter, file).await?;
    may_release(tx, who, &held)?;
    take_back(tx, at, (matter, file)).await?;
    tx.put(
        "INSERT INTO matters_releases (cell, file_id, shown_id, covered, by_cell, by_id, released_at) \
         VALUES ($1, $2, $3, $4, $5, $6, $7)",
        db::args![
            file.cell.0,
            file.uuid,
            copy.map(|copy| copy.id.uuid),
            cover.to_text(),
            who.person.map(|p| p.cell.0),
            who.person.map(|p| p.uuid),
            at.recorded.as_millisecond()
        ],
    )
    .await?;
    if let Some(copy) = copy {
        loose::attached(tx, copy.id).await?;
    }
    let said = json!({ "file": file, "covered": cover.len() });
    audit::record(tx, who, at, "matters.photo_released", matter, said).await
}

/// Hides a photo again from all but its handlers and who added it.
pub async fn withhold(
    tx: &mut Tx<'_>,
    who: &Actor,
    at: Moment,
    (matter, file): (MatterId, FileId),
) -> Result<(), Stop> {
    let (held, photo) = at_desk(tx, who, matter, file).await?;
    may_release(tx, who, &held)?;
    if photo.released().is_none() {
        return Err(Stop::refused("photo-not-released"));
    }
    take_back(tx, at, (matter, file)).await?;
    audit::record(tx, who, at, "matters.photo_withheld", matter, json!({ "file": file })).await
}

/// Ends a release, and gives its copy up. Whoever else releases the photo now waits, so that no copy is forgotten.
async fn take_back(tx: &mut Tx<'_>, at: Moment, (matter, file): (MatterId, FileId)) -> Result<(), Stop> {
    let lock = db::dialect::for_update(tx.engine());
    let sql = format!("SELECT bytes FROM matters_files WHERE cell = $1 AND id = $2 {lock}");
    tx.scalar_i64(&sql, db::args![file.cell.0, file.uuid]).await?;
    let before = of_matter(tx, matter).await?.into_iter().find(|photo| photo.id() == file);
    let copy = before.and_then(|photo| photo.released()).filter(|shown| shown.uuid != file.uuid);
    let sql = "DELETE FROM matters_releases WHERE cell = $1 AND file_id = $2";
    tx.run(sql, db::args![file.cell.0, file.uuid]).await?;
    match copy {
        Some(copy) => loose::left(tx, at, copy).await,
        None => Ok(()),
    }
}

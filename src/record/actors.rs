//! Recording organizations and people: matched by folded name, created pending, public with their first public evidence.

use uuid::Uuid;

use super::Result;
use crate::{
    clock::Now,
    db::{
        self, PgConnection,
        actors::{Details, NewActor},
        changes::Change,
        memberships::MembershipRow,
    },
    domain::{
        actor::{ActorKind, Classification, fold_name},
        date::PartialDate,
        registry,
    },
};

/// An organization to record.
#[derive(Debug, Clone, Default)]
pub struct NewOrganization {
    /// Its name.
    pub name: String,
    /// Other names.
    pub aliases: Vec<String>,
    /// What sort.
    pub classification: Option<Classification>,
    /// The organization that it belongs to.
    pub parent: Option<Uuid>,
    /// http or https.
    pub website: Option<String>,
    /// When it began.
    pub founded: Option<PartialDate>,
    /// When it ended.
    pub dissolved: Option<PartialDate>,
}

/// A person to record.
#[derive(Debug, Clone, Default)]
pub struct NewPerson {
    /// The full name.
    pub name: String,
    /// Other names.
    pub aliases: Vec<String>,
    /// Given name.
    pub given_name: Option<String>,
    /// Family name.
    pub family_name: Option<String>,
}

/// Records an organization without looking for one of its name; it is pending until published.
pub async fn create_organization(conn: &mut PgConnection, now: &Now, new: &NewOrganization) -> Result<Uuid> {
    create(conn, now, ActorKind::Organization, &new.name, &new.aliases, new.details()).await
}

/// Records a person without looking for one of that name; pending until published.
pub async fn create_person(conn: &mut PgConnection, now: &Now, new: &NewPerson) -> Result<Uuid> {
    create(conn, now, ActorKind::Person, &new.name, &new.aliases, new.details()).await
}

/// Gives an organization that is not public yet these particulars.
pub async fn complete_organization(conn: &mut PgConnection, id: Uuid, new: &NewOrganization) -> Result<Uuid> {
    complete(conn, id, &new.name, &new.aliases, &new.details()).await
}

/// Gives a person who is not public yet these particulars.
pub async fn complete_person(conn: &mut PgConnection, id: Uuid, new: &NewPerson) -> Result<Uuid> {
    complete(conn, id, &new.name, &new.aliases, &new.details()).await
}

async fn complete(conn: &mut PgConnection, id: Uuid, name: &str, aliases: &[String], details: &Details) -> Result<Uuid> {
    db::actors::set_details(conn, id, details).await?;
    db::actors::add_names(conn, id, &names(name, aliases)).await?;
    Ok(id)
}

impl NewOrganization {
    fn details(&self) -> Details {
        Details::Organization {
            classification: self.classification,
            parent: self.parent,
            website: self.website.clone(),
            founded: self.founded,
            dissolved: self.dissolved,
        }
    }
}

impl NewPerson {
    fn details(&self) -> Details {
        Details::Person { given_name: self.given_name.clone(), family_name: self.family_name.clone() }
    }
}

async fn create(conn: &mut PgConnection, now: &Now, kind: ActorKind, name: &str, aliases: &[String], details: Details) -> Result<Uuid> {
    let names = names(name, aliases);
    let id = now.id();
    db::actors::insert(conn, &NewActor { id, kind, name: name.to_owned(), names, details }, now.at).await?;
    Ok(id)
}

fn names(name: &str, aliases: &[String]) -> Vec<(String, String)> {
    std::iter::once(name).chain(aliases.iter().map(String::as_str)).map(|name| (fold_name(name), name.to_owned())).collect()
}

/// Makes this transaction the only one that decides on these names: all at once, so that two cannot wait for each other.
pub async fn reserve(conn: &mut PgConnection, names: &[&str]) -> Result<()> {
    let folded: Vec<_> = names.iter().map(|name| fold_name(name)).collect();
    Ok(db::actors::lock_names(conn, &folded).await?)
}

/// The actor of this kind and name; created, with what the registry of known actors says of it, if there is none.
///
/// One transaction at a time decides on a name; whoever resolves several calls [`reserve`] first.
pub async fn resolve(conn: &mut PgConnection, now: &Now, kind: ActorKind, name: &str, aliases: &[String]) -> Result<Uuid> {
    let folded = fold_name(name);
    db::actors::lock_names(conn, std::slice::from_ref(&folded)).await?;
    if let Some((_, id)) = db::actors::by_names(conn, kind, std::slice::from_ref(&folded)).await?.pop() {
        db::actors::add_names(conn, id, &names(name, aliases)).await?;
        return Ok(id);
    }
    match kind {
        ActorKind::Organization => {
            let known = registry::known().organization(name);
            let parent = match known.and_then(|known| known.parent.as_deref()) {
                Some(parent) => db::actors::by_names(conn, kind, &[fold_name(parent)]).await?.pop().map(|(_, id)| id),
                None => None,
            };
            let classification = known.map(|known| known.classification);
            let new = NewOrganization { name: name.to_owned(), aliases: aliases.to_vec(), classification, parent, ..Default::default() };
            let id = create_organization(conn, now, &new).await?;
            adopt(conn, id, name).await?;
            Ok(id)
        }
        ActorKind::Person => {
            let known = registry::known().person(name);
            let new = NewPerson {
                name: name.to_owned(),
                aliases: aliases.to_vec(),
                given_name: known.map(|known| known.given_name.clone()),
                family_name: known.map(|known| known.family_name.clone()),
            };
            create_person(conn, now, &new).await
        }
    }
}

/// Gives the organizations that the registry calls subsidiaries of a new one their parent.
async fn adopt(conn: &mut PgConnection, parent: Uuid, name: &str) -> Result<()> {
    let folded = fold_name(name);
    let children: Vec<_> = registry::known()
        .organizations
        .iter()
        .filter(|known| known.parent.as_deref().is_some_and(|parent| fold_name(parent) == folded))
        .map(|known| fold_name(&known.name))
        .collect();
    let found = db::actors::by_names(conn, ActorKind::Organization, &children).await?;
    let ids: Vec<_> = found.into_iter().map(|(_, id)| id).collect();
    Ok(db::actors::set_parent(conn, parent, &ids).await?)
}

/// Makes actors public, and notes those that were not.
pub async fn publish(conn: &mut PgConnection, now: &Now, ids: &[Uuid]) -> Result<()> {
    let published = db::actors::publish(conn, ids, now.at).await?;
    let changes: Vec<_> = published.iter().map(|&(id, kind)| Change { entity: kind.as_str(), id, action: "create" }).collect();
    Ok(db::changes::insert(conn, &changes, now.at).await?)
}

/// A membership to record.
#[derive(Debug, Clone)]
pub struct NewMembership {
    /// Who.
    pub person: Uuid,
    /// Where.
    pub organization: Uuid,
    /// As what.
    pub role: String,
    /// From when.
    pub start: Option<PartialDate>,
    /// Until when.
    pub end: Option<PartialDate>,
    /// What says so.
    pub source: Option<Uuid>,
}

/// Records a membership, or finds the one that is there; answers whether it is new.
pub async fn membership(conn: &mut PgConnection, now: &Now, new: &NewMembership) -> Result<(MembershipRow, bool)> {
    let row = MembershipRow {
        id: now.id(),
        person_id: new.person,
        organization_id: new.organization,
        role: new.role.clone(),
        start_on: new.start.map(PartialDate::first),
        start_precision: new.start.map(PartialDate::precision),
        end_on: new.end.map(PartialDate::first),
        end_precision: new.end.map(PartialDate::precision),
        source_id: new.source,
        created_at: now.at,
    };
    if db::memberships::insert(conn, &row).await? {
        db::changes::insert(conn, &[Change { entity: "membership", id: row.id, action: "create" }], now.at).await?;
        return Ok((row, true));
    }
    let stored = db::memberships::same(conn, &row).await?.ok_or(sqlx::Error::RowNotFound)?;
    Ok((stored, false))
}

//! `actors` and what belongs to them: slugs, names, the 1:1 rows of organizations and people.

use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::{PgConnection, Result};
use crate::domain::{
    actor::{ActorKind, Classification, Slug},
    date::PartialDate,
};

/// An actor to insert, with every name that it is matched by.
#[derive(Debug, Clone)]
pub struct NewActor {
    /// Its id.
    pub id: Uuid,
    /// What it is.
    pub kind: ActorKind,
    /// The name that answers print.
    pub name: String,
    /// Folded name and name as printed, the main name first.
    pub names: Vec<(String, String)>,
    /// The part that only one kind has.
    pub details: Details,
}

/// What only one kind of actor has.
#[derive(Debug, Clone)]
pub enum Details {
    /// Columns of `organizations`.
    Organization {
        /// What sort.
        classification: Option<Classification>,
        /// The organization that it belongs to.
        parent: Option<Uuid>,
        /// http or https.
        website: Option<String>,
        /// When it began.
        founded: Option<PartialDate>,
        /// When it ended.
        dissolved: Option<PartialDate>,
    },
    /// Columns of `people`.
    Person {
        /// Given name.
        given_name: Option<String>,
        /// Family name.
        family_name: Option<String>,
    },
}

/// Makes one transaction at a time match and create actors of these folded names; held until the transaction ends.
pub async fn lock_names(conn: &mut PgConnection, folded: &[String]) -> Result<()> {
    sqlx::query!(
        "select pg_advisory_xact_lock(key) from (select distinct hashtextextended(name, 7) as key from unnest($1::text[]) as name order by key) as keys",
        folded
    )
    .fetch_all(conn)
    .await?;
    Ok(())
}

/// Actors of one kind by folded name; where several share one, the oldest.
pub async fn by_names(conn: &mut PgConnection, kind: ActorKind, folded: &[String]) -> Result<Vec<(String, Uuid)>> {
    let rows = sqlx::query!(
        r#"select distinct on (n.folded) n.folded, n.actor_id from actor_names n join actors a on a.id = n.actor_id
           where n.folded = any($2) and a.kind = $1 order by n.folded, (a.status = 'public') desc, a.id"#,
        kind.as_str(),
        folded
    )
    .fetch_all(conn)
    .await?;
    Ok(rows.into_iter().map(|row| (row.folded, row.actor_id)).collect())
}

/// Inserts an actor as pending: it becomes public with its first public evidence.
pub async fn insert(conn: &mut PgConnection, new: &NewActor, at: DateTime<Utc>) -> Result<()> {
    sqlx::query!(
        "insert into actors (id, kind, name, status, created_at, changed_at) values ($1, $2, $3, 'pending', $4, $4)",
        new.id,
        new.kind.as_str(),
        new.name,
        at
    )
    .execute(&mut *conn)
    .await?;
    set_details(conn, new.id, &new.details).await?;
    add_names(conn, new.id, &new.names).await
}

/// Sets what only its kind of actor has; a particular that is not given stays as it is.
pub async fn set_details(conn: &mut PgConnection, id: Uuid, details: &Details) -> Result<()> {
    match details {
        Details::Organization { classification, parent, website, founded, dissolved } => {
            sqlx::query!(
                "insert into organizations as o (actor_id, classification, parent_id, website, founded_on, founded_precision, dissolved_on,
                 dissolved_precision) values ($1, $2, $3, $4, $5, $6, $7, $8)
                 on conflict (actor_id) do update set classification = coalesce($2, o.classification), parent_id = coalesce($3, o.parent_id),
                 website = coalesce($4, o.website), founded_on = coalesce($5, o.founded_on),
                 founded_precision = case when $5::date is null then o.founded_precision else $6 end,
                 dissolved_on = coalesce($7, o.dissolved_on),
                 dissolved_precision = case when $7::date is null then o.dissolved_precision else $8 end",
                id,
                classification.map(Classification::as_str),
                *parent,
                website.as_deref(),
                founded.map(PartialDate::first),
                founded.map(|date| date.precision().as_str()),
                dissolved.map(PartialDate::first),
                dissolved.map(|date| date.precision().as_str()),
            )
            .execute(conn)
            .await?
        }
        Details::Person { given_name, family_name } => {
            sqlx::query!(
                "insert into people as p (actor_id, given_name, family_name) values ($1, $2, $3)
                 on conflict (actor_id) do update set given_name = coalesce($2, p.given_name), family_name = coalesce($3, p.family_name)",
                id,
                given_name.as_deref(),
                family_name.as_deref()
            )
            .execute(conn)
            .await?
        }
    };
    Ok(())
}

/// Adds names that an actor is matched by; those it has stay as they are.
pub async fn add_names(conn: &mut PgConnection, id: Uuid, names: &[(String, String)]) -> Result<()> {
    let (folded, printed): (Vec<_>, Vec<_>) = names.iter().cloned().unzip();
    sqlx::query!(
        "insert into actor_names (actor_id, folded, name) select $1, folded, name from unnest($2::text[], $3::text[]) as n (folded, name)
         where folded <> '' on conflict do nothing",
        id,
        &folded,
        &printed
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Sets the parent of the organizations in `children` that have none.
pub async fn set_parent(conn: &mut PgConnection, parent: Uuid, children: &[Uuid]) -> Result<()> {
    sqlx::query!(
        "update organizations set parent_id = $1 where actor_id = any($2) and parent_id is null and actor_id <> $1",
        parent,
        children
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Locks actors in the order of their ids, so that one writer at a time decides what is a repeat.
pub async fn lock(conn: &mut PgConnection, ids: &[Uuid]) -> Result<()> {
    sqlx::query!("select id from actors where id = any($1) order by id for no key update", ids).fetch_all(conn).await?;
    Ok(())
}

/// Makes actors public and gives each that has none a slug; answers what became public.
pub async fn publish(conn: &mut PgConnection, ids: &[Uuid], at: DateTime<Utc>) -> Result<Vec<(Uuid, ActorKind)>> {
    let rows = sqlx::query!(
        r#"update actors set status = 'public', changed_at = $2 where id = any($1) and status <> 'public'
           returning id, kind as "kind: ActorKind", name"#,
        ids,
        at
    )
    .fetch_all(&mut *conn)
    .await?;
    let mut published = Vec::with_capacity(rows.len());
    for row in rows {
        give_slug(conn, row.id, &Slug::of(&row.name)).await?;
        published.push((row.id, row.kind));
    }
    Ok(published)
}

async fn give_slug(conn: &mut PgConnection, id: Uuid, base: &Slug) -> Result<()> {
    let has = sqlx::query_scalar!("select 1 from actor_slugs where actor_id = $1 and current", id).fetch_optional(&mut *conn).await?;
    let mut n = 1;
    let mut given = has.is_some();
    while !given {
        let slug = if n == 1 { base.clone() } else { base.numbered(n) };
        let done = sqlx::query!(
            "insert into actor_slugs (slug, actor_id, current) values ($1, $2, true) on conflict (slug) do nothing",
            slug.as_str(),
            id
        )
        .execute(&mut *conn)
        .await?;
        given = done.rows_affected() == 1;
        n += 1;
    }
    Ok(())
}

/// Takes actors without any published statement, by or about them, out of the public answers; answers which left.
pub async fn withdraw_unsupported(conn: &mut PgConnection, ids: &[Uuid], at: DateTime<Utc>) -> Result<Vec<(Uuid, ActorKind)>> {
    let rows = sqlx::query!(
        r#"update actors a set status = 'withdrawn', changed_at = $2 where id = any($1) and status = 'public'
           and not exists (select 1 from statements s where s.status = 'published' and (s.actor_id = a.id or s.on_behalf_of = a.id))
           and not exists (select 1 from stances t where t.holder_id = a.id and t.superseded_at is null and t.state <> 'held')
           and not exists (select 1 from memberships m where m.person_id = a.id or m.organization_id = a.id)
           returning id, kind as "kind: ActorKind""#,
        ids,
        at
    )
    .fetch_all(conn)
    .await?;
    Ok(rows.into_iter().map(|row| (row.id, row.kind)).collect())
}

/// An actor as it is referred to.
#[derive(Debug, Clone)]
pub struct ActorRow {
    /// Its id.
    pub id: Uuid,
    /// What it is.
    pub kind: ActorKind,
    /// Its name.
    pub name: String,
    /// Its current slug; none while pending.
    pub slug: Option<String>,
    /// Whether it is in the public answers; a withdrawn actor keeps its slug and is not.
    pub public: bool,
}

/// Actors by id, public or not.
pub async fn by_ids(conn: &mut PgConnection, ids: &[Uuid]) -> Result<Vec<ActorRow>> {
    sqlx::query_as!(
        ActorRow,
        r#"select a.id as "id!", a.kind as "kind!: ActorKind", a.name as "name!", s.slug as "slug?", (a.status = 'public') as "public!" from actors a
           left join actor_slugs s on s.actor_id = a.id and s.current where a.id = any($1)"#,
        ids
    )
    .fetch_all(conn)
    .await
}

/// The public actor that a slug, past or present, leads to.
pub async fn by_slug(conn: &mut PgConnection, slug: &str) -> Result<Option<ActorRow>> {
    sqlx::query_as!(
        ActorRow,
        r#"select a.id as "id!", a.kind as "kind!: ActorKind", a.name as "name!", c.slug as "slug?", true as "public!" from actor_slugs s join actors a on a.id = s.actor_id
           left join actor_slugs c on c.actor_id = a.id and c.current where s.slug = $1 and a.status = 'public'"#,
        slug
    )
    .fetch_optional(conn)
    .await
}

/// The names of every public actor: kind, name, other names.
pub async fn known_names(conn: &mut PgConnection) -> Result<Vec<(ActorKind, String, Vec<String>)>> {
    let rows = sqlx::query!(
        r#"select a.kind as "kind: ActorKind", a.name, array(select n.name from actor_names n where n.actor_id = a.id and n.name <> a.name order by n.folded) as "aliases!"
           from actors a where a.status = 'public' order by a.id"#
    )
    .fetch_all(conn)
    .await?;
    Ok(rows.into_iter().map(|row| (row.kind, row.name, row.aliases)).collect())
}

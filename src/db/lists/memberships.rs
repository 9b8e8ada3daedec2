//! Memberships of public people in public organizations.

use chrono::{DateTime, NaiveDate, Utc};
use sqlx::{Postgres, QueryBuilder};
use uuid::Uuid;

use super::{ActorRef, keyset};
use crate::{
    db::{PgConnection, Result},
    domain::{
        actor::ActorKind,
        date::{PartialDate, Precision},
    },
    query::{Cursor, Direction},
};

/// Which memberships.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    /// This one alone.
    pub id: Option<Uuid>,
    /// Of this person.
    pub person: Option<Uuid>,
    /// In this organization.
    pub organization: Option<Uuid>,
    /// Those of actors that are not public too.
    pub unpublished: bool,
}

/// A membership with both ends.
#[derive(Debug, Clone, sqlx::FromRow)]
#[expect(missing_docs, reason = "the columns of the tables, described there")]
pub struct MembershipRow {
    pub id: Uuid,
    pub role: String,
    start_on: Option<NaiveDate>,
    start_precision: Option<Precision>,
    end_on: Option<NaiveDate>,
    end_precision: Option<Precision>,
    pub source_id: Option<Uuid>,
    pub created_at: DateTime<Utc>,
    person_id: Uuid,
    person_name: String,
    person_slug: Option<String>,
    organization_id: Uuid,
    organization_name: String,
    organization_slug: Option<String>,
}

impl MembershipRow {
    /// Who.
    pub fn person(&self) -> ActorRef {
        ActorRef { id: self.person_id, kind: ActorKind::Person, name: self.person_name.clone(), slug: self.person_slug.clone() }
    }

    /// Where.
    pub fn organization(&self) -> ActorRef {
        let (name, slug) = (self.organization_name.clone(), self.organization_slug.clone());
        ActorRef { id: self.organization_id, kind: ActorKind::Organization, name, slug }
    }

    /// From when, as far as known.
    pub fn start(&self) -> Option<PartialDate> {
        PartialDate::stored(self.start_on, self.start_precision)
    }

    /// Until when, as far as known.
    pub fn end(&self) -> Option<PartialDate> {
        PartialDate::stored(self.end_on, self.end_precision)
    }
}

/// Memberships in a filter, newest first.
pub async fn list(conn: &mut PgConnection, filter: &Filter, after: Option<&Cursor>, rows: i64) -> Result<Vec<MembershipRow>> {
    let mut builder = QueryBuilder::<Postgres>::new(
        "select m.id, m.role, m.start_on, m.start_precision, m.end_on, m.end_precision, m.source_id, m.created_at, p.id as person_id,
         p.name as person_name, sp.slug as person_slug, o.id as organization_id, o.name as organization_name, so.slug as organization_slug
         from memberships m join actors p on p.id = m.person_id join actors o on o.id = m.organization_id
         left join actor_slugs sp on sp.actor_id = p.id and sp.current left join actor_slugs so on so.actor_id = o.id and so.current where ",
    );
    builder.push(if filter.unpublished { "true" } else { "p.status = 'public' and o.status = 'public'" });
    if let Some(id) = filter.id {
        builder.push(" and m.id = ").push_bind(id);
    }
    if let Some(person) = filter.person {
        builder.push(" and m.person_id = ").push_bind(person);
    }
    if let Some(organization) = filter.organization {
        builder.push(" and m.organization_id = ").push_bind(organization);
    }
    let columns = [("m.created_at", Direction::Descending)];
    keyset::after(&mut builder, &columns, "m.id", after);
    keyset::order(&mut builder, &columns, "m.id", rows);
    builder.build_query_as().persistent(false).fetch_all(conn).await
}

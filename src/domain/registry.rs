//! Known organizations and people of the AI field: facts compiled in, which help matching and are never evidence.

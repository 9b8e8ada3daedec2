//! `/v1/ingestions`.

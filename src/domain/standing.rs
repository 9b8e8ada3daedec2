//! Where a holder stands: the arithmetic from evidence to a standing.

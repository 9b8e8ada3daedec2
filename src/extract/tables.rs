//! Trained weights as they ship: signed bytes, read where they lie.

use std::borrow::Cow;

/// A table of `N` columns, a row a bucket: a weight is a signed byte times its column's scale.
///
/// The columns of a bucket lie side by side, so that a feature costs one place in memory however many models read it.
#[derive(Debug, Clone)]
pub struct Table<const N: usize> {
    scales: [f32; N],
    cells: Cow<'static, [u8]>,
}

impl<const N: usize> Table<N> {
    /// Rounds columns of equal length to bytes; the largest weight of a column becomes ±127.
    pub fn new(columns: &[Vec<f32>; N]) -> Self {
        let largest = |column: &Vec<f32>| column.iter().fold(f32::MIN_POSITIVE, |most, w| most.max(w.abs()));
        let scales = std::array::from_fn(|c| largest(&columns[c]) / 127.0);
        let rows = columns.iter().map(Vec::len).min().unwrap_or(0);
        #[expect(clippy::cast_possible_truncation, reason = "rounded to −127…127")]
        let cell = |row: usize, c: usize| ((columns[c][row] / scales[c]).round() as i8).cast_unsigned();
        Self { scales, cells: (0..rows).flat_map(|row| (0..N).map(move |c| (row, c))).map(|(row, c)| cell(row, c)).collect() }
    }

    /// All zero.
    pub fn zero(rows: usize) -> Self {
        Self { scales: [0.0; N], cells: vec![0; rows * N].into() }
    }

    /// The bytes of a table with so many rows.
    pub const fn length(rows: usize) -> usize {
        N * (rows + size_of::<f32>())
    }

    /// Appends its scales (little-endian f32), then its cells.
    pub fn write(&self, into: &mut Vec<u8>) {
        into.extend(self.scales.iter().flat_map(|scale| scale.to_le_bytes()));
        into.extend_from_slice(&self.cells);
    }

    /// Takes what [`Table::write`] wrote from the front of `bytes`; nothing where they are too few.
    pub fn read(bytes: &mut &'static [u8], rows: usize) -> Option<Self> {
        let mut scales = [0.0; N];
        for scale in &mut scales {
            *scale = float(bytes)?;
        }
        let (cells, rest) = bytes.split_at_checked(rows * N)?;
        *bytes = rest;
        Some(Self { scales, cells: cells.into() })
    }

    /// The weights of a row.
    pub fn row(&self, row: usize) -> [f32; N] {
        self.sums(std::iter::once(row))
    }

    /// The sum of some rows: of whole numbers, so that their order does not matter.
    #[expect(clippy::cast_precision_loss, reason = "a sum of bytes over some thousand features is exact")]
    pub fn sums(&self, rows: impl Iterator<Item = usize>) -> [f32; N] {
        let mut sums = [0_i32; N];
        for row in rows {
            for (sum, cell) in sums.iter_mut().zip(&self.cells[row * N..][..N]) {
                *sum += i32::from(cell.cast_signed());
            }
        }
        std::array::from_fn(|c| sums[c] as f32 * self.scales[c])
    }
}

/// Takes a little-endian f32 from the front of `bytes`.
pub fn float(bytes: &mut &[u8]) -> Option<f32> {
    let (own, rest) = bytes.split_first_chunk()?;
    *bytes = rest;
    Some(f32::from_le_bytes(*own))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_survives_its_bytes() {
        let table = Table::new(&[vec![0.5, -1.0, 0.25], vec![0.0, 4.0, -2.0]]);
        let mut bytes = Vec::new();
        table.write(&mut bytes);
        assert_eq!(bytes.len(), Table::<2>::length(3));
        let mut rest: &'static [u8] = bytes.leak();
        let read = Table::<2>::read(&mut rest, 3).expect("as long as it was written");
        assert!(rest.is_empty());
        assert_eq!(read.cells, table.cells);
        assert_eq!(read.scales.map(f32::to_bits), table.scales.map(f32::to_bits));
        let [first, second] = read.sums([0, 1, 1].into_iter());
        assert!((first + 1.5).abs() < 0.02 && (second - 8.0).abs() < 0.05, "{first} {second}");
    }

    #[test]
    fn too_few_bytes_are_no_table() {
        let mut bytes: &'static [u8] = &[0; 9];
        assert!(Table::<1>::read(&mut bytes, 6).is_none());
    }
}

/** The place of every chart, in the drawing's own units; it is as wide as its place on the page allows. */
export const FRAME = {
  width: 340,
  /** Where the highest value stands, and the lowest. */
  top: 16,
  bottom: 96,
  height: 124,
  /** Of what is written below. */
  foot: 122,
} as const

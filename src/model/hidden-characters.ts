/**
 * What may not reach a terminal or a text log as it stands: C0 with newline, tab and ESC, DEL, C1 (they move the cursor, set
 * titles, write the clipboard); line and paragraph separators; bidi controls, zero-width and every other default-ignorable
 * character and the blank braille cell (they hide or reorder what stands beside them); lone surrogates.
 * For `replace` only: a global expression remembers a place between calls of `test`.
 */
export const HIDDEN_CHARACTERS: RegExp =
  /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\u2800]/gu

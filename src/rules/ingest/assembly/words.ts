/** Words of a list, whatever the case of their letters. No two of a set are equally long, so the length chooses one. */

export const SHA1: i32 = 0
export const SHA256: i32 = 1
export const MD5: i32 = 2
export const IP_ADDRESS: i32 = 3
export const DOMAIN_NAME: i32 = 4

export const EQUALS: i32 = 0
export const START_WITH: i32 = 1
export const END_WITH: i32 = 2
export const CONTAINS: i32 = 3

/** Whether the first four bytes at `at` are these; `fold` has 0x20 for each letter, which both cases then share. */
@inline
function isFour(at: usize, fold: u32, word: u32): bool {
  return (load<u32>(at) | fold) == word
}

@inline
function isEight(at: usize, word: u64): bool {
  return (load<u64>(at) | 0x2020_2020_2020_2020) == word
}

@inline
function isLetter(at: usize, letter: u32): bool {
  return ((<u32>load<u8>(at)) | 0x20) == letter
}

/** Index of an indicator type; -1 for any other word. */
export function typeOfWord(at: usize, length: usize): i32 {
  if (length == 6) {
    // "sha2", then "56"
    return isFour(at, 0x0020_2020, 0x3261_6873) && load<u16>(at + 4) == 0x3635 ? SHA256 : -1
  }
  if (length == 4) return isFour(at, 0x0020_2020, 0x3161_6873) ? SHA1 : -1
  if (length == 3) return (load<u32>(at) & 0xff_ffff | 0x2020) == 0x35_646d ? MD5 : -1
  if (length == 9) {
    return isEight(at, 0x7365_7264_6461_7069) && isLetter(at + 8, 0x73) ? IP_ADDRESS : -1 // "ipaddres", "s"
  }
  if (length == 10) {
    const isWord = isEight(at, 0x616e_6e69_616d_6f64) && isLetter(at + 8, 0x6d) && isLetter(at + 9, 0x65)
    return isWord ? DOMAIN_NAME : -1 // "domainna", "me"
  }
  return -1
}

/** Index of a detection function, Equals for no word at all; -1 for any other. */
export function functionOfWord(at: usize, length: usize): i32 {
  if (length == 6) {
    // "equa", then "ls"
    return isFour(at, 0x2020_2020, 0x6175_7165) && (load<u16>(at + 4) | 0x2020) == 0x736c ? EQUALS : -1
  }
  if (length == 0) return EQUALS
  if (length == 7) {
    const isWord = isFour(at, 0x2020_2020, 0x7764_6e65) && isFour(at + 3, 0x2020_2020, 0x6874_6977)
    return isWord ? END_WITH : -1 // "endw" and "with" overlap
  }
  if (length == 8) return isEight(at, 0x736e_6961_746e_6f63) ? CONTAINS : -1
  if (length == 9) return isEight(at, 0x7469_7774_7261_7473) && isLetter(at + 8, 0x68) ? START_WITH : -1
  return -1
}

/** 1 for true or no word at all, 0 for false, -1 for any other word. */
export function enabledOfWord(at: usize, length: usize): i32 {
  if (length == 0) return 1
  if (length == 4) return isFour(at, 0x2020_2020, 0x6575_7274) ? 1 : -1
  if (length == 5) return isFour(at, 0x2020_2020, 0x736c_6166) && isLetter(at + 4, 0x65) ? 0 : -1
  return -1
}

import { IndexImage } from './image-reader.ts'
import { Matcher, type MatcherOptions } from './matcher.ts'

/** Verifies the bytes of a compiled image and opens a matcher over them; throws an `ImageFormatError` for anything else. */
export function openMatcher(image: Uint8Array, options: Partial<MatcherOptions> = {}): Matcher {
  return Matcher.open(IndexImage.open(image), options)
}

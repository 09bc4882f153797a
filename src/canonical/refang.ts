const BRACKETED_DOT = / ?(?:[[({] ?(?:\.|dot) ?[\])}]|\[\.|\.\]|\\\.) ?/gi
const BRACKETED_COLON = /[[({](:(?:\/\/)?)[\])}]/g
const BRACKETED_AT = / ?[[({](?:@|at)[\])}] ?/gi
const DEFANGED_HTTP = /^(?:hxxp|h\*\*p|htxp|hxtp)(s?)(?=:)/i
const DEFANGED_FTP = /^fxp(s?)(?=:)/i

/**
 * The plain form of a defanged text such as `hxxp://evil[.]example`; a text that is not defanged is returned as
 * it stands. Only for suggestions: an indicator is never read this way silently.
 */
export function refangedText(text: string): string {
  return text
    .replace(BRACKETED_COLON, '$1')
    .replace(BRACKETED_DOT, '.')
    .replace(BRACKETED_AT, '@')
    .replace(DEFANGED_HTTP, 'http$1')
    .replace(DEFANGED_FTP, 'ftp$1')
}

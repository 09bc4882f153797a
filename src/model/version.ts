/** Version of this package; a test ties it to package.json. */
export const TOOL_VERSION = '0.1.0'

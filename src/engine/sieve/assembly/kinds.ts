/** A set of kinds as bits: bit i is kind i of the key table. */
export const SHA1_KIND: u32 = 1
export const SHA256_KIND: u32 = 2
export const MD5_KIND: u32 = 4
export const HASH_LIST_KIND: u32 = 8
export const IP_KIND: u32 = 16
export const DOMAIN_KIND: u32 = 32
export const URL_KIND: u32 = 64
export const DNS_RESULTS_KIND: u32 = 128
/** A field that holds JSON in a string. Beside others it says that their values may stand at its root. */
export const JSON_KIND: u32 = 256
export const HOST_KINDS: u32 = DOMAIN_KIND | URL_KIND | DNS_RESULTS_KIND

/** Indicator types, in the order of the model. */
export const SHA1: u32 = 0
export const SHA256: u32 = 1
export const MD5: u32 = 2
export const IP_ADDRESS: u32 = 3
export const DOMAIN_NAME: u32 = 4

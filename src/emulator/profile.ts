/** Names of the emulator's profiles, the default first (sync, "Emulator: behaviour by profile"). */
export const PROFILE_NAMES = ['documented', 'strict'] as const
/** One of `PROFILE_NAMES`. */
export type ProfileName = (typeof PROFILE_NAMES)[number]

/** What a profile decides. Everything else is the same in all of them. */
export interface Profile {
  readonly name: ProfileName
  /** A single entity read under `odata.metadata=none` comes as `{"value":[…]}`, as the API's page shows. */
  readonly wrapsSingleEntity: boolean
  /** `"Enabled": "true"` is read as a boolean. */
  readonly takesTextBooleans: boolean
  /** `AlertDefinitions@odata.bind` is read as `AlertDefinition@odata.bind`. */
  readonly takesPluralBind: boolean
  /** A reference to an entity may name another host. */
  readonly takesForeignHosts: boolean
  /** A body that is no UTF-8 is read as Latin-1. */
  readonly takesLatin1: boolean
  /** Blanks around an indicator's value are cut. */
  readonly cutsBlanks: boolean
  /** Properties that only the service writes are ignored when sent. */
  readonly ignoresReadOnly: boolean
  /** A bulk upload of an empty list succeeds. */
  readonly takesEmptyBulk: boolean
}

/** The table of profiles. */
export const PROFILES: Readonly<Record<ProfileName, Profile>> = {
  documented: {
    name: 'documented',
    wrapsSingleEntity: true,
    takesTextBooleans: true,
    takesPluralBind: true,
    takesForeignHosts: true,
    takesLatin1: true,
    cutsBlanks: true,
    ignoresReadOnly: true,
    takesEmptyBulk: true,
  },
  strict: {
    name: 'strict',
    wrapsSingleEntity: false,
    takesTextBooleans: false,
    takesPluralBind: false,
    takesForeignHosts: false,
    takesLatin1: false,
    cutsBlanks: false,
    ignoresReadOnly: false,
    takesEmptyBulk: false,
  },
}

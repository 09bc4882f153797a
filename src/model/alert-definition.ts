/** Severities of an alert definition, from least to most severe (ti-api 1.5). */
export const SEVERITIES = ['Informational', 'Low', 'Medium', 'High'] as const
/** One of `SEVERITIES`. */
export type Severity = (typeof SEVERITIES)[number]

/** Categories of an alert definition: the 31 of the alert page of 2018, then the older `UnwantedSoftware` (ti-api 1.5). */
export const CATEGORIES = [
  'None',
  'SuspiciousActivity',
  'Malware',
  'CredentialTheft',
  'Exploit',
  'WebExploit',
  'DocumentExploit',
  'PrivilegeEscalation',
  'Persistence',
  'RemoteAccessTool',
  'CommandAndControl',
  'SuspiciousNetworkTraffic',
  'Ransomware',
  'MalwareDownload',
  'Reconnaissance',
  'WebFingerprinting',
  'Weaponization',
  'Delivery',
  'SocialEngineering',
  'CredentialStealing',
  'Installation',
  'Backdoor',
  'Trojan',
  'TrojanDownloader',
  'LateralMovement',
  'ExplorationEnumeration',
  'NetworkPropagation',
  'Exfiltration',
  'NotApplicable',
  'EnterprisePolicy',
  'General',
  'UnwantedSoftware',
] as const
/** One of `CATEGORIES`. */
export type Category = (typeof CATEGORIES)[number]

/** What a person writes of a definition beside its Name, which stands for it; in the order of the API's body. */
export const DEFINITION_ATTRIBUTES = [
  'Title',
  'Severity',
  'Category',
  'UxDescription',
  'RecommendedAction',
  'InternalDescription',
  'Enabled',
] as const
/** One of `DEFINITION_ATTRIBUTES`. */
export type DefinitionAttribute = (typeof DEFINITION_ATTRIBUTES)[number]

/** Most UTF-16 code units a text property of a definition may have (ti-api 1.3). */
export const DEFINITION_TEXT_LIMITS = {
  Name: 100,
  Title: 120,
  UxDescription: 500,
  RecommendedAction: 2000,
  InternalDescription: 350,
} as const

/** What an alert says when one of its indicators is seen. Property names are the API's own (ti-api 1.3). */
export interface AlertDefinition {
  /** Server-assigned key; null for a definition that was never uploaded or comes from a native rule file. */
  readonly Id: number | null
  readonly Name: string
  readonly Title: string
  readonly Severity: Severity
  readonly Category: Category
  readonly UxDescription: string
  readonly RecommendedAction: string | null
  readonly InternalDescription: string | null
  readonly Enabled: boolean
}

import { DEFINITION_TEXT_LIMITS } from '../model/alert-definition.ts'
import { ALERT_DEFINITION, INDICATOR, type EntityType, type PropertyInfo } from './query/entity-types.ts'
import { MODEL_NAMESPACE } from './representation.ts'

/** Namespace of the actions, read off their URLs (ti-api 1.8). */
const ACTIONS_NAMESPACE = 'Actions'
const LENGTHS: ReadonlyMap<string, number> = new Map(Object.entries(DEFINITION_TEXT_LIMITS))
const ENTITIES = [ALERT_DEFINITION, INDICATOR] as const

/** The `$metadata` document: CSDL 4.0 in XML (ti-api 1.11). Every name in it is ours, so nothing needs escaping. */
export function metadataXml(): string {
  return [
    '<?xml version="1.0" encoding="utf-8"?>',
    '<edmx:Edmx Version="4.0" xmlns:edmx="http://docs.oasis-open.org/odata/ns/edmx">',
    '  <edmx:DataServices>',
    `    <Schema Namespace="${MODEL_NAMESPACE}" xmlns="http://docs.oasis-open.org/odata/ns/edm">`,
    ...enumTypes(),
    ...ENTITIES.flatMap(entityType),
    ...container(),
    '    </Schema>',
    `    <Schema Namespace="${ACTIONS_NAMESPACE}" xmlns="http://docs.oasis-open.org/odata/ns/edm">`,
    ...bulkUpload(ALERT_DEFINITION, 'alertDefinitions'),
    ...bulkUpload(INDICATOR, 'iocs'),
    ...deleteIocs(),
    '    </Schema>',
    '  </edmx:DataServices>',
    '</edmx:Edmx>',
    '',
  ].join('\n')
}

function enumTypes(): readonly string[] {
  const lines: string[] = []
  for (const { type } of ENTITIES.flatMap((entity) => entity.properties)) {
    if (type.kind !== 'Enum') continue
    lines.push(`      <EnumType Name="${type.name}">`)
    type.members.forEach((member, i) => lines.push(`        <Member Name="${member}" Value="${i}" />`))
    lines.push('      </EnumType>')
  }
  return lines
}

function entityType(entity: EntityType): readonly string[] {
  const { navigation } = entity
  return [
    `      <EntityType Name="${entity.name}">`,
    '        <Key>',
    '          <PropertyRef Name="Id" />',
    '        </Key>',
    ...entity.properties.map(property),
    ...(navigation.isCollection ? toMany(entity) : toOne(entity)),
    '      </EntityType>',
  ]
}

function property({ name, type, isNullable }: PropertyInfo): string {
  const edm = type.kind === 'Enum' ? `${MODEL_NAMESPACE}.${type.name}` : `Edm.${type.kind}`
  const nullable = isNullable ? '' : ' Nullable="false"'
  const length = LENGTHS.get(name)
  const maxLength = type.kind !== 'String' || length === undefined ? '' : ` MaxLength="${length}"`
  const precision = type.kind === 'DateTimeOffset' ? ' Precision="7"' : ''
  return `        <Property Name="${name}" Type="${edm}"${nullable}${maxLength}${precision} />`
}

/** OnDelete tells what becomes of the other end when this one goes: its indicators go with a definition. */
function toMany({ navigation }: EntityType): readonly string[] {
  const type = `Collection(${MODEL_NAMESPACE}.${navigation.target.name})`
  const partner = navigation.target.navigation.name
  return [
    `        <NavigationProperty Name="${navigation.name}" Type="${type}" Partner="${partner}">`,
    '          <OnDelete Action="Cascade" />',
    '        </NavigationProperty>',
  ]
}

function toOne({ navigation }: EntityType): readonly string[] {
  const type = `${MODEL_NAMESPACE}.${navigation.target.name}`
  const partner = navigation.target.navigation.name
  return [
    `        <NavigationProperty Name="${navigation.name}" Type="${type}" Nullable="false" Partner="${partner}" />`,
  ]
}

function container(): readonly string[] {
  const sets = ENTITIES.flatMap(({ set, name, navigation }) => [
    `        <EntitySet Name="${set}" EntityType="${MODEL_NAMESPACE}.${name}">`,
    `          <NavigationPropertyBinding Path="${navigation.name}" Target="${navigation.target.set}" />`,
    '        </EntitySet>',
  ])
  return ['      <EntityContainer Name="Container">', ...sets, '      </EntityContainer>']
}

function bulkUpload(entity: EntityType, parameter: string): readonly string[] {
  const type = `Collection(${MODEL_NAMESPACE}.${entity.name})`
  return [
    '      <Action Name="BulkUpload" IsBound="true">',
    `        <Parameter Name="bindingParameter" Type="${type}" />`,
    `        <Parameter Name="${parameter}" Type="${type}" Nullable="false" />`,
    `        <ReturnType Type="${type}" Nullable="false" />`,
    '      </Action>',
  ]
}

function deleteIocs(): readonly string[] {
  return [
    '      <Action Name="DeleteIOCs" IsBound="true">',
    `        <Parameter Name="bindingParameter" Type="${MODEL_NAMESPACE}.${ALERT_DEFINITION.name}" Nullable="false" />`,
    '      </Action>',
  ]
}

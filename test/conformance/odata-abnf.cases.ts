/** Where the service's language differs from the grammar of OData 4.01, feature by feature, and why. */
export interface Difference {
  readonly feature: string
  /** Finds the feature in a case, which is shown as `rule: input`; the first that finds it counts. */
  readonly pattern: RegExp
  readonly verdict: 'not offered (501)' | 'refused (400)' | 'ignored' | 'accepted'
  readonly reason: string
}

/** In the order in which they are looked for. */
export const DIFFERENCES: readonly Difference[] = [
  {
    feature: 'options without $',
    pattern: /: (?:!|[a-z]+=)/,
    verdict: 'ignored',
    reason: 'in OData 4.0 these are custom options, which a service may leave aside',
  },
  {
    feature: 'several expanded navigations',
    pattern: /\$expand=[^(]*,|\$expand=\S*\),/,
    verdict: 'refused (400)',
    reason: 'an entity leads to one other',
  },
  {
    feature: '$search, $compute, $levels or $schemaversion',
    pattern: /\$(?:search|compute|levels=\d|schemaversion)/,
    verdict: 'not offered (501)',
    reason: 'unsupported options must fail and not be ignored',
  },
  {
    feature: 'paths, types, annotations or options of items in $select and $expand',
    pattern: /\$(?:select|expand)=(?:[A-Za-z.@]*[/.@]|Address\()/,
    verdict: 'not offered (501)',
    reason: 'the entities have no structured properties and no derived types',
  },
  {
    feature: 'option names in another case',
    pattern: /\$[a-z]*[A-Z][A-Za-z]*=/,
    verdict: 'refused (400)',
    reason: 'in OData 4.0 options are lower case',
  },
  {
    feature: 'operators in another case',
    pattern: / (?:Eq|OR|Lt) /,
    verdict: 'refused (400)',
    reason: 'in OData 4.0 operators are lower case',
  },
  {
    feature: 'annotations and parameter aliases',
    pattern: /@(?!odata)/,
    verdict: 'not offered (501)',
    reason: 'the model has no annotations, and a literal may stand where an alias would',
  },
  {
    feature: 'lists and objects in JSON',
    pattern: /[[{]/,
    verdict: 'not offered (501)',
    reason: 'no property is a collection or a structure',
  },
  {
    feature: 'any and all',
    pattern: /(?:any|all)\(.+:/,
    verdict: 'not offered (501)',
    reason: 'conditions over the indicators of a definition are asked of the indicators',
  },
  {
    feature: 'any without a collection',
    pattern: /anyExpr/,
    verdict: 'not offered (501)',
    reason: 'lambda operators are not offered',
  },
  {
    feature: '$it, $this, $root and $count of a path',
    pattern: /\$(?:it|this|root|count\b(?!=|$))|\/\$count$/,
    verdict: 'not offered (501)',
    reason: 'they compare rows with other rows',
  },
  {
    feature: 'has',
    pattern: / has /,
    verdict: 'not offered (501)',
    reason: 'no enum is one of flags',
  },
  {
    feature: 'enums of flags',
    pattern: /'\w+%2C\w+,/,
    verdict: 'refused (400)',
    reason: 'no enum is one of flags, so several members are no member',
  },
  {
    feature: 'functions outside the subset',
    pattern: /(?:maxdatetime|mindatetime|[^e]time|totalseconds|ceiling|round|cast|isof)(?:%28|\()/,
    verdict: 'not offered (501)',
    reason: 'the subset names its functions (ti-api 6.1)',
  },
  {
    feature: 'functions of a schema, and types in paths',
    pattern: /(?:Model|geo)\.|\w\(\)\//,
    verdict: 'not offered (501)',
    reason: 'the model has no functions and no derived types',
  },
  {
    feature: 'binary, duration and geography literals',
    pattern: /(?:binary|duration|geography)'/,
    verdict: 'not offered (501)',
    reason: 'no property is of these types',
  },
  {
    feature: 'years of more than four digits',
    pattern: /-\d{5}-/,
    verdict: 'refused (400)',
    reason: 'times are counted in 100 ns within 64 bits',
  },
  {
    feature: 'INF',
    pattern: /Value: INF/,
    verdict: 'refused (400)',
    reason: 'no result of arithmetic is infinite, so nothing compares with it',
  },
  {
    feature: 'guids and times of day',
    pattern: /guid: \w{8}(?:-\w{4}){3}-\w{12}$|timeOfDay\w+: 11/,
    verdict: 'refused (400)',
    reason: 'no property is of these types',
  },
  {
    feature: 'a date beside a time',
    pattern: / gt \d{4}-\d{2}-\d{2}$/,
    verdict: 'refused (400)',
    reason: 'the vector has a property that is a date; here all are times, and types must be equal',
  },
  {
    feature: 'paths over two entities, or to one',
    pattern: /firstMemberExpr: Product(?:\/|$)/,
    verdict: 'refused (400)',
    reason: 'a path ends at a property of the entity or of the one it belongs to',
  },
  {
    feature: 'paths to collections',
    pattern: /Expr: (?:Items|Supplier\/Products)$/,
    verdict: 'not offered (501)',
    reason: 'a collection is no value; conditions over it are lambda operators',
  },
  {
    feature: 'percent-encoding within a value of a payload',
    pattern: /Value: \d{4}-\S+%3A/,
    verdict: 'accepted',
    reason: 'the vector is about JSON; in a URL the same text is decoded first',
  },
  {
    feature: 'a number where a boolean belongs',
    pattern: /boolean: 0/,
    verdict: 'accepted',
    reason: 'here literals are tried as keys of an order, where a number may stand',
  },
]

/** A row of DeviceNetworkEvents in the streaming envelope; only what the tests look at. */
export function networkEvent(properties: Readonly<Record<string, unknown>>): string {
  return JSON.stringify({
    time: '2026-11-01T10:00:05.0000000Z',
    tenantId: '00000000-0000-0000-0000-000000000001',
    operationName: 'Publish',
    category: 'AdvancedHunting-DeviceNetworkEvents',
    properties: {
      Timestamp: '2026-11-01T10:00:00.1234567Z',
      DeviceId: 'd'.repeat(40),
      DeviceName: 'ws-1.corp.example',
      ActionType: 'ConnectionSuccess',
      ReportId: 1,
      RemoteIP: null,
      RemoteUrl: null,
      ...properties,
    },
    Tenant: 'DefaultTenant',
  })
}

/** A rule file with one definition, in the JSON native form. */
export function ruleFile(
  iocs: readonly Readonly<Record<string, unknown>>[],
  definition: Readonly<Record<string, unknown>> = {},
): string {
  return JSON.stringify({
    alertDefinitions: [
      {
        Name: 'c2-lab',
        Title: 'Connection to a known command-and-control domain',
        Severity: 'High',
        Category: 'CommandAndControl',
        UxDescription: 'A device contacted a domain of the exercise.',
        Enabled: true,
        iocs,
        ...definition,
      },
    ],
  })
}

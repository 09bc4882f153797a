/** A reply of the server itself, before or instead of the service's, in the error format of the API (ti-api 1.13). */
export function refusal(
  status: number,
  code: string,
  message: string,
  headers: Readonly<Record<string, string>> = {},
): Response {
  return new Response(JSON.stringify({ error: { code, message } }), {
    status,
    headers: { 'content-type': 'application/json; charset=utf-8', 'odata-version': '4.0', ...headers },
  })
}

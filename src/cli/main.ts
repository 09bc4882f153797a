export function main(): void {
  process.stdout.write('hello\n')
}

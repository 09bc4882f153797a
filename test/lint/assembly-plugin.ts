/** What the linter hands a rule: enough of it to say what is wrong where. */
interface RuleContext {
  report(problem: { readonly message: string; readonly node: unknown }): void
}

/** AssemblyScript drops what follows a `for` without a condition that both continues and breaks; `while (true)` is right. */
const noEndlessFor = {
  create: (context: RuleContext) => ({
    ForStatement: (node: { readonly test: unknown }): void => {
      if (node.test === null)
        context.report({
          message: 'Write `while (true)`: the compiler of AssemblyScript breaks this loop.',
          node,
        })
    },
  }),
}

/** Rules for AssemblyScript, which the other rules do not know. */
const plugin = { meta: { name: 'assembly' }, rules: { 'no-endless-for': noEndlessFor } }

export default plugin

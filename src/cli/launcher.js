#!/usr/bin/env node
// Plain JavaScript that any Node since 12 can parse: it must be able to say that the running Node is too old.
const [major, minor] = process.versions.node.split('.').map(Number)
const isSupported = (major === 22 && minor >= 18) || (major === 24 && minor >= 11) || major >= 26

if (isSupported) {
  launch()
} else {
  process.stderr.write(
    'dryfire needs Node ^22.18.0, ^24.11.0 or >=26; this is ' +
      process.versions.node +
      '. Install a newer Node.\n',
  )
  process.exitCode = 2
}

// What was bundled are scripts, which we load ourselves; what `tsc` compiled are modules, which Node loads.
function launch() {
  const [fs, url] = ['node:fs', 'node:url'].map(process.getBuiltinModule)
  const main = url.fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url))
  const caches = folderForCompiledCode()
  if (fs.readFileSync(main, 'latin1').startsWith('"use strict"')) runScripts(main, caches).main()
  else void import('../../dist/cli/main.js').then((cli) => cli.main())
}

// Loads scripts with what V8 made of them when the same command ran before. Node's own cache keeps what was compiled before a
// module ran, which is hardly any of its functions: to compile them anew is a sixth of a cold start.
function runScripts(main, caches) {
  const [fs, nodeModule, path, vm] = ['node:fs', 'node:module', 'node:path', 'node:vm'].map(
    process.getBuiltinModule,
  )
  const [word = ''] = process.argv.slice(2)
  const command = /^[a-z][a-z-]*$/.test(word) ? word : 'none'
  const folder = caches && path.join(caches, process.version + '-' + process.arch, command)
  const loaded = new Map()
  const scripts = []
  let isKept = true
  let requirePackage = null

  function load(file) {
    if (loaded.has(file)) return loaded.get(file)
    const own = {}
    loaded.set(file, own)
    const source = fs.readFileSync(file)
    const kept = folder && keptOf(source, path.basename(file))
    const text = '(function (exports, require, __filename) {' + source.toString('latin1') + '\n})'
    const script = new vm.Script(text, kept ? { filename: file, cachedData: kept } : { filename: file })
    scripts.push({ script, source, name: path.basename(file) })
    if (!kept || script.cachedDataRejected) isKept = false
    script.runInThisContext()(own, requireAny, file)
    return own
  }

  function requireAny(name) {
    if (name.startsWith('./')) return load(path.join(path.dirname(main), name))
    if (name.startsWith('node:')) return process.getBuiltinModule(name)
    if (requirePackage === null) {
      if (caches) nodeModule.enableCompileCache(caches)
      requirePackage = nodeModule.createRequire(main)
    }
    return requirePackage(name)
  }

  // A kept file is compiled code, and behind it the source that it is of.
  function keptOf(source, name) {
    try {
      const bytes = fs.readFileSync(path.join(folder, name))
      const end = bytes.length - source.length
      return end > 0 && bytes.subarray(end).equals(source) ? bytes.subarray(0, end) : null
    } catch {
      return null
    }
  }

  // All of them, since one that was kept by a run that did less holds less. V8 trusts what it is given: a file is whole before it
  // has its name.
  function keep() {
    try {
      fs.mkdirSync(folder, { recursive: true, mode: 0o700 })
      for (const { script, source, name } of scripts) {
        const partial = path.join(folder, name + '.' + process.pid)
        try {
          const bytes = Buffer.concat([script.createCachedData(), source])
          fs.writeFileSync(partial, bytes, { mode: 0o600, flush: true })
          fs.renameSync(partial, path.join(folder, name))
        } finally {
          fs.rmSync(partial, { force: true })
        }
      }
    } catch {
      // It is only slower.
    }
  }

  // 2: what was asked for is no command, or not said as it should be.
  if (folder) process.on('exit', (code) => isKept || code === 2 || keep())
  return load(main)
}

// Whoever writes there runs code as this user: so it is a folder that only this user can write to, below the user's caches, not
// among the temporary files of all, where Node would put it. Where there are no caches yet, as in a fresh container, they begin
// with it. Without such a folder nothing is kept. NODE_DISABLE_COMPILE_CACHE=1 switches it off.
function folderForCompiledCode() {
  try {
    const [fs, os, path] = ['node:fs', 'node:os', 'node:path'].map(process.getBuiltinModule)
    const { LOCALAPPDATA, NODE_DISABLE_COMPILE_CACHE, XDG_CACHE_HOME } = process.env
    const isWindows = process.platform === 'win32'
    const caches = (isWindows ? LOCALAPPDATA : XDG_CACHE_HOME) || path.join(os.homedir(), '.cache')
    const folder = path.join(caches, 'dryfire')
    if (NODE_DISABLE_COMPILE_CACHE === '1' || !path.isAbsolute(folder)) return null
    for (const missing of [caches, folder].filter((name) => !fs.existsSync(name)))
      fs.mkdirSync(missing, { mode: 0o700 })
    const { uid, mode } = fs.lstatSync(folder)
    return isWindows || (uid === process.geteuid() && (mode & 0o170022) === 0o040000) ? folder : null
  } catch {
    return null // it is only slower
  }
}

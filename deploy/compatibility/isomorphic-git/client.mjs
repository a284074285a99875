// Drives isomorphic-git; see Driven in matrix/clients.py.
import fs from 'node:fs'
import git from 'isomorphic-git'
import http from 'isomorphic-git/http/node'

const [verb, url, dir, ...rest] = process.argv.slice(2)
const onAuth = () => ({ username: 'admin', password: process.env.TRINE_TOKEN })
const onAuthFailure = () => ({ cancel: true })
const remote = { fs, http, dir, onAuth, onAuthFailure }

function notOffered(sentence) {
  console.log(sentence)
  process.exit(3)
}

async function push(refspec) {
  const [source, target] = refspec.split(':')
  const wanted = source === '' ? { ref: target, delete: true } : { ref: source, remoteRef: target }
  const result = await git.push({ ...remote, url, ...wanted })
  if (!result.ok || Object.values(result.refs ?? {}).some(ref => !ref.ok)) {
    throw new Error(JSON.stringify(result))
  }
}

switch (verb) {
  case 'version':
    console.log(git.version())
    break
  case 'clone':
    await git.clone({ ...remote, url })
    break
  case 'fetch':
    await git.fetch({ ...remote, remote: 'origin', tags: true })
    break
  case 'push':
    for (const refspec of rest) await push(refspec)
    break
  case 'shallow':
    await git.clone({ ...remote, url, depth: 1 })
    break
  case 'deepen':
    await git.fetch({ ...remote, remote: 'origin', depth: Number(rest[0]) })
    break
  case 'partial':
    notOffered('isomorphic-git has no filters')
    break
  default:
    throw new Error(`no verb ${verb}`)
}

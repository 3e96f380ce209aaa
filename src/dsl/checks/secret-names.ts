// A `password secret` names one Secret and one key of it, in names that Kubernetes could give them: the agent asks for
// exactly that object, and its rights are for exactly that name.

import type { PasswordNode, PathLiteral, StringLiteral } from '../ast.ts';
import { messages } from '../messages.ts';
import type { Model } from '../model.ts';
import type { Report } from '../report.ts';

/** Names of objects, which the language writes without dots, and keys of a Secret, as the API server accepts them. */
const OBJECT_NAME = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/;
const SECRET_KEY = /^[-._a-zA-Z0-9]{1,253}$/;

/** Checks the names in every `password secret`. */
export function checkSecretNames(model: Model, report: Report): void {
  for (const statement of model.statements) {
    if (statement.kind !== 'peer' && statement.kind !== 'template') continue;
    for (const setting of statement.settings) {
      if (setting.setting === 'password') checkSecret(setting.password, report);
    }
  }
}

function checkSecret(password: PasswordNode, report: Report): void {
  if (password.form !== 'secret') return;
  const { path, key } = password;
  if (!path.value.split('/').every((segment) => OBJECT_NAME.test(segment))) refusePath(path, report);
  if (!SECRET_KEY.test(key.value)) refuseKey(key, report);
}

function refusePath({ span, value }: PathLiteral, report: Report): void {
  const reason = 'one Secret is expected, by its namespace and name';
  const help = 'write for example `password secret bgp/fabric key "password"`';
  report(span, messages['malformed-literal']({ text: value, reason, help }));
}

function refuseKey({ span, value }: StringLiteral, report: Report): void {
  const reason = 'a key of a Secret has letters, digits, `-`, `_` and `.` only';
  report(span, messages['malformed-literal']({ text: value, reason, help: 'write the key as it stands under `data`' }));
}

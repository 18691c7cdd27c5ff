import { oneUpHealth } from './oneUpHealth';
import type { PayerKind } from './payerKind';
import { pdex } from './pdex';

/** All supported kinds of payer; the first is the default. */
export const PAYER_KINDS: readonly [PayerKind, ...PayerKind[]] = [oneUpHealth, pdex];

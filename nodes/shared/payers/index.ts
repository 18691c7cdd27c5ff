import { oneUpHealth } from './oneUpHealth';
import type { PayerKind } from './payer';
import { pdex } from './pdex';

/** Every kind of payer that the nodes speak to; the first is the one a new node begins with. */
export const PAYER_KINDS: readonly [PayerKind, ...PayerKind[]] = [oneUpHealth, pdex];

import { type FinishingColumn, made } from './finishingColumn';

const WHEN = 'Only with Options > One Claim Once, else empty';

/** Columns that say which of several claims is to be counted; empty without the option One Claim Once. */
export const standingColumns: FinishingColumn[] = [
	made(
		'claim_identity',
		'string',
		`Which claim it is, whoever sent it: the identifier of the insurer and the number of the claim (identifier of type uc). ${WHEN}.`,
		(_, __, ___, ____, known) => known?.standing?.claimIdentity ?? null,
	),
	made(
		'replaces',
		'string',
		`claim_identity of the earlier claim that this one replaces (related prior). ${WHEN}.`,
		(_, __, ___, ____, known) => known?.standing?.replaces ?? null,
	),
	made(
		'superseded_by',
		'string',
		`claim_identity of the claim to look at in place of this one. ${WHEN}.`,
		(_, __, ___, ____, known) => known?.standing?.supersededBy ?? null,
	),
	made(
		'reason',
		'string',
		`Why it is not the one to be counted: adjusted, cancelled, draft, duplicate, entered-in-error, newerVersion, otherPayer or ownData; or why it cannot be said: partOnly or unclear. ${WHEN}.`,
		(_, __, ___, ____, known) => known?.standing?.reason ?? null,
	),
	made(
		'is_current',
		'boolean',
		`Whether it is the one to be counted, of all that came in the same run; empty where that cannot be said. ${WHEN}.`,
		(_, __, ___, ____, known) => known?.standing?.isCurrent ?? null,
	),
];

/* eslint-disable @n8n/community-nodes/no-restricted-imports */
import { inspect } from 'node:util';
import type { EngineRun } from './engine';
import { member } from './expectations';
import type { RunningSandbox } from './sandbox';

/** Values that must never appear in an error: secret, token, and personal data of the roster. */
export function markersOf(sandbox: RunningSandbox, keys: readonly string[]): string[] {
	const ofMembers = keys.flatMap((key) => {
		const { row } = member(key);
		return [row.familyName, row.birthDate, row.coverageId, row.memberId, row.consentId].map(String);
	});
	return [sandbox.clientSecret, ...ofMembers].filter((text) => text.length > 1);
}

/** Everything about errors of a run that n8n stores, shows or logs: errors with context and stack, error items, hints. */
export function errorRoad(run: EngineRun): string {
	const tasks = Object.values(run.raw.data.resultData.runData).flat();
	const errorItems = tasks
		.flatMap((task) => (task.data?.main ?? []).flatMap((items) => items ?? []))
		.filter(({ json, error }) => error !== undefined || typeof json.error === 'string')
		// On the error output n8n adds the input row, which is data, to the three keys of the error.
		.map(({ json, error }) => [json.error, json.message, json.details, error]);
	const errors = [run.error, ...tasks.flatMap((task) => [task.error, task.hints])];
	const text = inspect([errors, errorItems], {
		depth: 12,
		showHidden: true,
		maxArrayLength: null,
		maxStringLength: null,
	});
	// n8n's own clock: thirteen digits, in which a year or another short marker stands by chance.
	return text.replace(/\btimestamp: \d{13}\b/g, 'timestamp: 0');
}

import type { IDataObject } from 'n8n-workflow';
import { credentialFor, runSteps, type EngineRun } from './engine';
import { startSandbox, type RunningSandbox } from './sandbox';

/** Member Match alone, at a sandbox gateway. */
export interface MatchAtSandbox {
	/** Runs the node with these items. @param settings a time zone, or a Default Tenant of the credential */
	match(
		items: object[],
		parameters?: object,
		settings?: { timezone?: string; defaultTenant?: string },
	): Promise<EngineRun>;
	/** How many match requests have come since the test began. */
	matchRequests(): Promise<number>;
}

/** Starts a sandbox for the tests of a file; each test begins with no request seen. */
export function matchAtSandbox(): MatchAtSandbox {
	let sandbox: RunningSandbox;
	beforeAll(async () => {
		sandbox = await startSandbox();
	});
	afterAll(async () => await sandbox.stop());
	beforeEach(async () => await sandbox.forget());
	return {
		match: async (items, parameters = {}, { timezone = 'America/New_York', defaultTenant = '' } = {}) =>
			await runSteps({
				items: items as IDataObject[],
				steps: [{ node: 'memberMatch', parameters: parameters as IDataObject }],
				credential: { ...credentialFor(sandbox), defaultTenant },
				timezone,
			}),
		matchRequests: async () =>
			(await sandbox.requests()).filter(({ path }) => path.includes('$member-match')).length,
	};
}

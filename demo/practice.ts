import { PLAN_NAME } from '../sandbox/roster';
import type { Gateway } from './stage';

/** The client of a sandbox that a person enters by hand: the sandbox's own has a secret full of difficult characters. */
export const practiceClient = { clientId: 'practice-client', clientSecret: 'practice-secret' };

/** What to enter in a credential of one's own, by the labels of its form. */
export function practiceText({ clientId, clientSecret, url, tenant }: Gateway): string {
	const fields = {
		'Client ID': clientId,
		'Client Secret': clientSecret,
		'Gateway URL': url,
		'Default Tenant': tenant,
		Plans: `${PLAN_NAME} = ${tenant}`,
	};
	const lines = Object.entries(fields).map(([label, value]) => `    ${label.padEnd(16)} ${value}\n`);
	return [
		'To practise, build a workflow of your own. The credential "Sandbox gateway" is there; one of your own has:\n',
		...lines,
		'    A roster         examples/own-roster.csv   (step by step: docs/first-roster.md)\n',
	].join('');
}

import { PLAN_NAME } from '../sandbox/roster';
import type { Gateway } from './stage';

/** The client of a sandbox that a person enters by hand: the sandbox's own has a secret full of difficult characters. */
export const practiceClient = { clientId: 'practice-client', clientSecret: 'practice-secret' };

/** The plan of the practice roster, as the credential lists it. */
export function practicePlans({ tenant }: Gateway): string {
	return `${PLAN_NAME} = ${tenant}`;
}

/** What to enter in a credential of one's own, by the labels of its form. */
export function practiceText(gateway: Gateway): string {
	const { clientId, clientSecret, url, tenant } = gateway;
	const fields = {
		'Client ID': clientId,
		'Client Secret': clientSecret,
		'Gateway URL': url,
		'Default Tenant': tenant,
		Plans: practicePlans(gateway),
	};
	const lines = Object.entries(fields).map(([label, value]) => `    ${label.padEnd(16)} ${value}\n`);
	return [
		'To practise, build a workflow of your own. The credential "Sandbox gateway" is there; one of your own has:\n',
		...lines,
		'    A roster         examples/own-roster.csv   (step by step: docs/first-roster.md)\n',
	].join('');
}

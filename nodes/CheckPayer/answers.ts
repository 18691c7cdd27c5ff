import type { IExecuteFunctions } from 'n8n-workflow';
import { CHECK_TIMEOUT_MS, PROBE_TIMEOUT_MS } from '../shared/fhir/limits';
import { isObject } from '../shared/fhir/json';
import type { OpenConnection } from '../shared/payers/connection';
import { ask, type Asked } from './ask/ask';

/** What a payer answered to the questions of a check. */
export interface Answers {
	/** `metadata` without the token. */
	open?: Asked;
	/** The same with the token: status and headers alone. */
	signedIn?: Asked;
	/** The whole of it, where the open one is no statement. */
	forClients?: Asked;
	smartConfiguration?: Asked;
	udap?: Asked;
	/** When the certificate of the server ends (ms since 1970); undefined if it cannot be told. */
	certificateEnds?: number;
}

/**
 * Asks all questions side by side, so that a payer that is silent costs the time of one; only a statement for clients alone is asked for again,
 * in what remains of {@link CHECK_TIMEOUT_MS}. Nothing is asked of a payer that has nothing to ask without a member.
 */
export async function answersOf(context: IExecuteFunctions, connection: OpenConnection): Promise<Answers> {
	const { probes } = connection;
	if (!probes) return {};
	const until = Date.now() + CHECK_TIMEOUT_MS;
	let certificateEnds: number | undefined;
	const openly = { withoutToken: true, onCertificate: (end: number) => (certificateEnds = end) };
	const { capabilities, discovery } = probes;
	const [open, signedIn, smartConfiguration, udap] = await Promise.all([
		ask(context, connection, { ...capabilities, ...openly }, 'capabilities'),
		ask(context, connection, capabilities, undefined),
		discovery && ask(context, connection, { ...discovery.smartConfiguration, ...openly }, 'signIn'),
		discovery && ask(context, connection, { ...discovery.udap, ...openly }, 'signIn'),
	]);
	const remaining = Math.min(until - Date.now(), PROBE_TIMEOUT_MS);
	const forClients =
		isGood(signedIn) && !isStatement(open)
			? await ask(context, connection, capabilities, 'capabilities', remaining)
			: undefined;
	return { open, signedIn, forClients, smartConfiguration, udap, certificateEnds };
}

function isGood(asked: Asked): boolean {
	return !(asked instanceof Error) && asked.status === 200;
}

function isStatement(asked: Asked): boolean {
	return !(asked instanceof Error) && asked.status === 200 && isObject(asked.json);
}

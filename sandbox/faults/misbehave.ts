import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { FHIR_NDJSON } from '../mediaTypes';
import type { RequestLog } from '../requestLog';
import type { Gateway } from '../payerApi';
import { json } from './answers';
import { callOf, kindOf } from './calls';
import type { Call, CallKind, GatewayControls } from './effect';
import type { PlannedFault } from './plan';
import { capture, deliver, type Delivery, type WireAnswer } from './wire';

/** An added file in place of the 404 that the gateway has for it. */
function withAddedFile(answer: WireAnswer, { file = '' }: Call, { files }: GatewayControls): WireAnswer {
	const body = files.get(file);
	if (body === undefined || answer.status !== 404) return answer;
	return { status: 200, headers: { 'content-type': FHIR_NDJSON }, body, framing: 'chunked' };
}

async function act(
	reply: FastifyReply,
	call: Call,
	faults: PlannedFault[],
	controls: GatewayControls,
): Promise<void> {
	const effects = faults.map(({ effect }) => effect);
	const response = reply.raw;
	for (const { before } of effects) await before?.(controls);
	const instead = effects.reduce<WireAnswer | undefined>(
		(answer, effect) => effect.instead?.(call, controls) ?? answer,
		undefined,
	);
	const delivery = effects.reduce<Delivery>((all, effect) => ({ ...all, ...effect.delivery }), {});
	const send = async (answer: WireAnswer): Promise<void> => {
		const changed = effects.reduce(
			(sofar, { change }) => change?.(sofar, call, controls) ?? sofar,
			withAddedFile(answer, call, controls),
		);
		if (!response.destroyed) await deliver(response, changed, delivery);
	};
	const sayWhatFailed = async ({ message }: Error): Promise<void> => {
		const text = `A fault of the plan cannot happen to this answer: ${message}`;
		if (!response.headersSent) await deliver(response, json(500, { error: text }), {});
	};
	if (instead === undefined) {
		void capture(response).then(send).catch(sayWhatFailed);
		return;
	}
	reply.hijack();
	await send(instead).catch(sayWhatFailed);
}

/** Lets the plan's faults happen: to a match when its body is read, to any other call before anything else. */
export function misbehave(
	app: FastifyInstance,
	gateway: Gateway,
	log: RequestLog,
	refuseConnections: GatewayControls['refuseConnections'],
): void {
	const meet = async (on: CallKind, request: FastifyRequest, reply: FastifyReply): Promise<void> => {
		const plan = gateway.faults;
		const call = callOf(on, request, gateway.jobs);
		const faults = plan.take(call);
		if (faults.length === 0 && !plan.files.has(call.file ?? '')) return;
		log.noteFaults(
			request.raw,
			faults.map(({ name }) => name),
		);
		await act(reply, call, faults, {
			revokeTokens: () => gateway.tokens.revokeAll(),
			refuseConnections,
			statusReads: (job) => plan.statusReads(job),
			files: plan.files,
		});
	};
	app.addHook('onRequest', async (request, reply) => {
		const on = kindOf(request);
		if (on !== undefined && on !== 'match') await meet(on, request, reply);
	});
	app.addHook('preHandler', async (request, reply) => {
		if (kindOf(request) === 'match') await meet('match', request, reply);
	});
}

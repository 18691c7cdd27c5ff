import type { ExportJob } from '../exportJobs';
import type { Member } from '../members';
import type { Delivery, WireAnswer } from './wire';

/** The calls of the contract. */
export const callKinds = ['token', 'match', 'kickOff', 'status', 'file'] as const;

export type CallKind = (typeof callKinds)[number];

/** One call, and whom it is about. */
export interface Call {
	on: CallKind;
	/** Path and query as they were sent. */
	url: string;
	tenant?: string;
	member?: Member;
	job?: ExportJob;
	/** The file's name, and its place in the job, from 1. */
	file?: string;
	batch?: number;
}

/** What a fault may reach beyond the call itself. */
export interface GatewayControls {
	revokeTokens(): void;
	/** Takes no new connection for so many milliseconds. */
	refuseConnections(ms: number): void;
	/** How often the status of a job was asked for since the plan was set. */
	statusReads(job: ExportJob | undefined): number;
	/** Files that the gateway gives out besides its own, by name. */
	files: Map<string, Buffer>;
}

/** What a fault does to a call; each step may be left out. */
export interface Effect {
	/** Before anything else. */
	before?(controls: GatewayControls): Promise<void> | void;
	/** An answer in place of the gateway, which then never sees the call; undefined leaves the call to the gateway. */
	instead?(call: Call, controls: GatewayControls): WireAnswer | undefined;
	/** Another answer than the gateway's own. */
	change?(answer: WireAnswer, call: Call, controls: GatewayControls): WireAnswer;
	delivery?: Delivery;
}

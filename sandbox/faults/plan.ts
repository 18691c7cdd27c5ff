import { z } from 'zod';
import type { ExportJob } from '../exportJobs';
import { members, tenants } from '../members';
import { callKinds, type Call, type Effect } from './effect';
import { faultTable, type Fault, type FaultName } from './table';

const occurrence = z
	.union([
		z.literal('always'),
		z.number().int().min(1),
		z.tuple([z.number().int().min(1), z.number().int().min(1)]),
	])
	.default('always');

const entryShape = z
	.object({
		on: z.enum(callKinds),
		tenant: z.enum(tenants).optional(),
		member: z.string().optional(),
		batch: z.number().int().min(1).optional(),
		occurrence,
		fault: z.union([z.string(), z.object({ name: z.string() }).passthrough()]),
	})
	.strict();

type Parameters<Name extends FaultName> = z.input<z.ZodObject<(typeof faultTable)[Name]['parameters']>>;

/** A fault by its name alone, or with its parameters. */
export type AskedFault = FaultName | { [Name in FaultName]: { name: Name } & Parameters<Name> }[FaultName];

/** One entry of a fault plan. What is left out narrows nothing. */
export interface FaultEntry {
	on: (typeof callKinds)[number];
	tenant?: (typeof tenants)[number];
	/** Key or memberId. */
	member?: string;
	/** The number of the file in the job, from 1. */
	batch?: number;
	/** The n-th call of those that the entry is about, or the n-th to the m-th. */
	occurrence?: number | [from: number, to: number] | 'always';
	fault: AskedFault;
}

/** An entry as read, and how often it met a call and acted. */
export interface PlannedFault {
	entry: FaultEntry;
	name: string;
	met: number;
	done: number;
	effect: Effect;
}

function firstComplaint({ issues }: z.ZodError, place: string): string {
	const [{ path, message }] = issues;
	return `${[place, ...path].join('.')}: ${message}.`;
}

function readEntry(value: unknown, place: string): PlannedFault | string {
	const read = entryShape.safeParse(value);
	if (!read.success) return firstComplaint(read.error, place);
	const { on, tenant, member, batch, fault } = read.data;
	const { name, ...given } = typeof fault === 'string' ? { name: fault } : fault;
	if (!Object.hasOwn(faultTable, name)) {
		return `${place}: there is no fault "${name}", only ${Object.keys(faultTable).join(', ')}.`;
	}
	const known = faultTable[name as FaultName] as unknown as Fault;
	if (!known.on.includes(on)) return `${place}: "${name}" is for ${known.on.join(', ')}, not for ${on}.`;
	if (member !== undefined && !members.some(({ key, row }) => [key, row.memberId].includes(member))) {
		return `${place}: there is no member "${member}".`;
	}
	if (on === 'token' && (tenant ?? member) !== undefined) {
		return `${place}: a token call is about no tenant and no member.`;
	}
	if (on !== 'file' && batch !== undefined) return `${place}: only a file call has a batch.`;
	const parameters = z.object(known.parameters).strict().safeParse(given);
	if (!parameters.success) return firstComplaint(parameters.error, `${place}.fault`);
	return { entry: read.data as FaultEntry, name, met: 0, done: 0, effect: known.effect(parameters.data) };
}

function isDue(occurrence: FaultEntry['occurrence'], met: number): boolean {
	if (occurrence === undefined || occurrence === 'always') return true;
	const [from, to] = typeof occurrence === 'number' ? [occurrence, occurrence] : occurrence;
	return met >= from && met <= to;
}

function concerns({ on, tenant, member, batch }: FaultEntry, call: Call): boolean {
	return (
		on === call.on &&
		(tenant === undefined || tenant === call.tenant) &&
		(member === undefined || member === call.member?.key || member === call.member?.row.memberId) &&
		(batch === undefined || batch === call.batch)
	);
}

/** What the gateway does wrong, on which calls. */
export class FaultPlan {
	readonly files = new Map<string, Buffer>();
	private readonly reads = new Map<string, number>();

	private constructor(private readonly planned: readonly PlannedFault[]) {}

	/** Reads a plan; a complaint names the first bad entry, from 1. */
	static read(value: unknown): FaultPlan | { complaint: string } {
		if (!Array.isArray(value)) return { complaint: 'A fault plan is a JSON list.' };
		const planned = value.map((entry, index) => readEntry(entry, `entry ${index + 1}`));
		const complaint = planned.find((entry) => typeof entry === 'string');
		if (complaint !== undefined) return { complaint };
		return new FaultPlan(planned.filter((entry) => typeof entry !== 'string'));
	}

	/** The plan of a gateway that behaves. */
	static none(): FaultPlan {
		return new FaultPlan([]);
	}

	/** Counts a call, and says which faults happen to it, in the order of the plan. */
	take(call: Call): PlannedFault[] {
		if (call.on === 'status' && call.job) this.reads.set(call.job.id, this.statusReads(call.job) + 1);
		return this.planned.filter((planned) => {
			if (!concerns(planned.entry, call)) return false;
			planned.met += 1;
			if (!isDue(planned.entry.occurrence, planned.met)) return false;
			planned.done += 1;
			return true;
		});
	}

	statusReads(job: ExportJob | undefined): number {
		return job === undefined ? 0 : (this.reads.get(job.id) ?? 0);
	}

	list(): Array<FaultEntry & { met: number; done: number }> {
		return this.planned.map(({ entry, met, done }) => ({ ...entry, met, done }));
	}
}

import type { IDataObject, IExecuteFunctions } from 'n8n-workflow';
import { flagOf, textOf } from '../shared/fhir/json';
import { ExportPatients } from '../shared/files/exportPatients';
import { ExchangeError } from '../shared/n8n/exchangeError';
import { attachLines, type FetchedFile } from './batchContents';
import { exportKey } from './byExport';

/** The files of one export in a node run. */
interface ExportFiles {
	patients: ExportPatients;
	/** Patient files that are not read yet. */
	patientFilesLeft: number;
	/** Resolves when none is left. */
	patientsRead: Promise<void>;
	markRead: () => void;
}

/**
 * The Patients of all exports of a node run. The Patient files of an export are read before its other files, so that the resources of these
 * can be told apart as they arrive; what only the whole export tells is settled at the end.
 */
export class RunPatients {
	private readonly exports: ExportFiles[];

	/** @param items the input items of the run */
	constructor(private readonly items: readonly IDataObject[]) {
		const byKey = new Map<string, ExportFiles>();
		this.exports = items.map((item) => {
			const key = exportKey(item);
			const files = byKey.get(key) ?? newExport(item);
			byKey.set(key, files);
			if (mayHoldPatients(item)) files.patientFilesLeft += 1;
			return files;
		});
		for (const files of byKey.values()) if (files.patientFilesLeft === 0) files.markRead();
	}

	/** The indexes of the items, those of Patient files first. */
	get order(): number[] {
		const indexes = this.items.map((_, index) => index);
		return [
			...indexes.filter((index) => mayHoldPatients(this.items[index])),
			...indexes.filter((index) => !mayHoldPatients(this.items[index])),
		];
	}

	/** The Patients of an item's export; undefined if nobody in particular was asked for. */
	of(itemIndex: number): ExportPatients | undefined {
		const { patients } = this.exports[itemIndex];
		return patients.isAsked ? patients : undefined;
	}

	/** Waits until the Patient files of the export are read, unless the item is one of them. */
	async patientsRead(itemIndex: number): Promise<void> {
		if (!mayHoldPatients(this.items[itemIndex])) await this.exports[itemIndex].patientsRead;
	}

	/** Records that a file was read, or was not to be had. */
	finished(itemIndex: number, file?: FetchedFile): void {
		file?.intake.addFacts();
		const files = this.exports[itemIndex];
		if (!mayHoldPatients(this.items[itemIndex])) return;
		files.patientFilesLeft -= 1;
		if (files.patientFilesLeft === 0) files.markRead();
	}

	/** Decides what only all files of an export tell, and makes the report of a file anew. */
	async settle(context: IExecuteFunctions, itemIndex: number, file: FetchedFile): Promise<void> {
		const patients = this.of(itemIndex);
		if (!patients) return;
		const { intake, wrappers = [], fileItems = [], report, preparer } = file;
		intake.settle();
		if (preparer?.arePatientsOurs === false) throw notOursError();
		report.json = intake.report();
		// Rejected lines again where a held resource came to be rejected after they were stored.
		await attachLines(context, report, { data: intake.rejected(), otherPatients: intake.keptApart() });
		for (const item of fileItems) item.json = patients.foundJson(item.json);
		for (const item of file.deletions ?? []) {
			const isOfOther =
				item.resourceType === 'Patient' && patients.ownerById([String(item.id)]).kind === 'other';
			if (isOfOther) delete item.memberId;
		}
		// Nobody can tell whose they are, so no member ID is written on them.
		if (!intake.isOwnerUnclear) return;
		for (const wrapper of wrappers.flat()) delete wrapper.memberId;
		for (const item of file.deletions ?? []) delete item.memberId;
		for (const item of fileItems) {
			const { memberId, ...rest } = item.json;
			void memberId;
			item.json = { ...rest, ownerUnclear: true };
		}
	}
}

function notOursError(): ExchangeError {
	return new ExchangeError(
		'The file was prepared for a member who is not the Patient that the payer named, so nothing of it is given out',
		{
			whatToDo:
				"The payer's Patient has another birth date, or nothing tells which Patient is the member. Tell the payer; to look at the file, take Prepare For My Server out.",
		},
	);
}

function newExport(item: IDataObject): ExportFiles {
	let markRead: () => void = () => undefined;
	const patientsRead = new Promise<void>((resolve) => (markRead = resolve));
	return { patients: new ExportPatients(item), patientFilesLeft: 0, patientsRead, markRead };
}

/** A file of Patients, or one that does not say what it holds. */
function mayHoldPatients({ type, deleted }: IDataObject): boolean {
	return flagOf(deleted) !== true && (type === 'Patient' || textOf(type) === undefined);
}

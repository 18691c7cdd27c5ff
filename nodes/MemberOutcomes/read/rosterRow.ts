import type { IDataObject } from 'n8n-workflow';
import { MEMBER_COLUMNS } from '../../shared/exchange/columnFields';
import { ColumnProblem } from '../../shared/exchange/columnProblems';
import { findColumn, firstOfEachHeader, memberColumnsOf } from '../../shared/exchange/columns';
import type { OwnId } from '../../shared/exchange/ownId';
import { idText } from '../../shared/fhir/json';

/** What was read of a row: this node reads the same rows again in each of its runs. */
interface Read {
	memberId?: { is: OwnId | undefined };
	content?: string;
}
const READ = new WeakMap<IDataObject, Read>();

function readBefore(json: IDataObject): Read {
	const read = READ.get(json) ?? {};
	READ.set(json, read);
	return read;
}

/** The member ID of a row as it stands there, by the names that such a column has; undefined if none has one. */
export function memberIdOf(json: IDataObject): OwnId | undefined {
	const read = readBefore(json);
	read.memberId ??= { is: findMemberId(json) };
	return read.memberId.is;
}

function findMemberId(json: IDataObject): OwnId | undefined {
	// Which of two Member Match has read is not known here; of a header that stands twice, it can only be the first.
	const found = findColumn(firstOfEachHeader(memberColumnsOf(json)), MEMBER_COLUMNS.memberId);
	if (found === undefined || found instanceof ColumnProblem) return undefined;
	return typeof found.value === 'number' ? found.value : idText(found.value);
}

/** All that stands in a row, as one text, whatever the order of its columns. */
export function contentOf(json: IDataObject): string {
	const read = readBefore(json);
	read.content ??= JSON.stringify(Object.entries(json).sort(([a], [b]) => (a < b ? -1 : 1)));
	return read.content;
}

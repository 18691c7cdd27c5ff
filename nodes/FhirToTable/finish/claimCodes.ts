import { claimId, currentFlag, rank } from './claims';
import { codeType } from './codeSystems';
import type { FinishingColumn } from './finishingColumn';
import { standingColumns } from './standing';

/** Finishing columns of the table claim_diagnosis. */
export const claimDiagnosis: FinishingColumn[] = [
	claimId,
	currentFlag,
	...standingColumns,
	rank('diagnosis', 'diagnosis_sequence'),
	codeType('diagnosis_code_type', 'diagnosis_code_system'),
];

const procedureCodeType = codeType('procedure_code_type', 'procedure_code_system');

/** Finishing columns of the table claim_procedure. */
export const claimProcedure: FinishingColumn[] = [
	claimId,
	currentFlag,
	...standingColumns,
	rank('procedure', 'procedure_sequence'),
	{
		...procedureCodeType,
		description: 'Short name of the code system in procedure_code_system: icd-10-pcs or icd-9-pcs.',
		/** CARIN for Blue Button has one address for both volumes of ICD-9. */
		value(...cells) {
			const name = procedureCodeType.value?.(...cells) ?? null;
			return name === 'icd-9-cm' ? 'icd-9-pcs' : name;
		},
	},
];

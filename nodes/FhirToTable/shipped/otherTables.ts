import documentView from '../views/document.json';
import organizationView from '../views/organization.json';
import patientView from '../views/patient.json';
import practitionerRoleView from '../views/practitioner_role.json';
import practitionerView from '../views/practitioner.json';
import provenanceView from '../views/provenance.json';
import { document } from '../finish/document';
import { patient } from '../finish/patient';
import { simple, type Table } from './table';

/** Who is who, and where the records came from. */
export const otherTables: readonly Table[] = [
	{
		value: 'patient',
		name: 'Patients',
		description: 'Members as the payer knows them: names, birth date, address',
		views: [patientView],
		finish: patient,
		simple: simple(
			['payer_member_id', 'Member ID at Payer'],
			['first_name', 'First Name'],
			['last_name', 'Last Name'],
			['birth_date', 'Birth Date'],
			['sex', 'Sex'],
			['address', 'Address'],
			['city', 'City'],
			['state', 'State'],
			['zip_code', 'ZIP Code'],
		),
	},
	{
		value: 'practitioner',
		name: 'Practitioners and Organizations',
		description: 'Providers and payers to whom the other tables refer, with their NPI',
		views: [practitionerView, organizationView, practitionerRoleView],
		simple: simple(
			['npi', 'NPI'],
			['record_type', 'Kind of Record'],
			['first_name', 'First Name'],
			['last_name', 'Last Name'],
			['organization_name', 'Organization'],
			['specialty_description', 'Specialty'],
			['address', 'Address'],
			['city', 'City'],
			['state', 'State'],
		),
	},
	{
		value: 'document',
		name: 'Documents',
		description: 'Documents and notes, without their contents: one row for each file',
		views: [documentView],
		finish: document,
		simple: simple(
			['document_date', 'Date'],
			['type_code', 'Code'],
			['type_description', 'Kind of Document'],
			['category_code', 'Class'],
			['status', 'Status'],
			['description', 'Description'],
			['author_name', 'Author'],
			['content_type', 'File Type'],
			['title', 'File Title'],
		),
	},
	{
		value: 'provenance',
		name: 'Provenance',
		description: 'Where the records came from: one row for each record',
		views: [provenanceView],
		simple: simple(
			['target_reference', 'Record'],
			['recorded', 'Recorded'],
			['activity_code', 'What Was Done'],
			['author_name', 'Author'],
			['transmitter_name', 'Sender'],
			['custodian_name', 'Custodian'],
			['agent_type', 'Part of First Agent'],
			['agent_name', 'First Agent'],
			['source_format', 'Source Format'],
		),
	},
];

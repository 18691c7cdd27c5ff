/**
 * The R4 resource types that can be data of a member, or what such data refers to: the patient compartment, and administrative types.
 * Types that steer a server (Subscription, SearchParameter, StructureDefinition, …), hold terminology, or are frames (Bundle,
 * Parameters, OperationOutcome) are not among them: nothing of a payer's may reach another server as one of those.
 */
const MEMBER_DATA_TYPES = new Set(
	`Account AdverseEvent AllergyIntolerance Appointment AppointmentResponse AuditEvent Basic Binary BodyStructure
	CarePlan CareTeam ChargeItem Claim ClaimResponse ClinicalImpression Communication CommunicationRequest Composition
	Condition Consent Contract Coverage CoverageEligibilityRequest CoverageEligibilityResponse DetectedIssue Device
	DeviceMetric DeviceRequest DeviceUseStatement DiagnosticReport DocumentManifest DocumentReference Encounter
	EnrollmentRequest EnrollmentResponse EpisodeOfCare ExplanationOfBenefit FamilyMemberHistory Flag Goal Group
	GuidanceResponse HealthcareService ImagingStudy Immunization ImmunizationEvaluation ImmunizationRecommendation
	InsurancePlan Invoice List Location MeasureReport Media Medication MedicationAdministration MedicationDispense
	MedicationKnowledge MedicationRequest MedicationStatement MolecularSequence NutritionOrder Observation Organization
	OrganizationAffiliation Patient PaymentNotice PaymentReconciliation Person Practitioner PractitionerRole Procedure
	Provenance QuestionnaireResponse RelatedPerson RequestGroup ResearchSubject RiskAssessment Schedule ServiceRequest
	Slot Specimen Substance SupplyDelivery SupplyRequest Task VisionPrescription`.split(/\s+/),
);

/** Whether a resource type can be data of a member. */
export function isMemberDataType(type: string): boolean {
	return MEMBER_DATA_TYPES.has(type);
}

/** Keys of the stack's config that this package reads, by vendor. */
export const configKeys: Readonly<Record<string, readonly string[]>> = {
  tencent: [
    ...["secretId", "secretKey", "securityToken", "profile", "camRole"],
    ...["roleArn", "roleSessionName", "roleSessionSeconds", "roleExternalId"],
    ...["site", "region", "endpoint", "stsEndpoint", "metadataEndpoint", "allowedAccountIds"],
  ],
  huawei: [
    ...["accessKey", "secretKey", "securityToken", "authToken", "userName", "userPassword", "domainName", "profile"],
    ...["agencyName", "agencyDomainName", "agencyDomainId", "agencySeconds"],
    ...["region", "projectId", "enterpriseProjectId", "endpoint", "iamEndpoint", "metadataEndpoint"],
    "allowedDomainIds",
  ],
};

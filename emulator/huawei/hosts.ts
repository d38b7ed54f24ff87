// Hosts on which HSS finds local images.

/** The places that use an image; the texts are empty if there are none. */
export interface HssHost {
  readonly host_id: string;
  readonly host_name: string;
  readonly host_ip: string;
  readonly public_ip: string;
  readonly private_ip: string;
  readonly cluster_id: string;
  readonly container_id: string;
  readonly container_name: string;
  readonly pod_id: string;
  readonly pod_name: string;
  readonly app_name: string;
  readonly local_image_type: string;
}

export const nowhere: HssHost = {
  host_id: "",
  host_name: "",
  host_ip: "",
  public_ip: "",
  private_ip: "",
  cluster_id: "",
  container_id: "",
  container_name: "",
  pod_id: "",
  pod_name: "",
  app_name: "",
  local_image_type: "",
};

/** A host that runs one container of the image. */
export function makeHost(imageName: string): HssHost {
  return {
    host_id: "host-1",
    host_name: "node-1",
    host_ip: "192.0.2.1",
    public_ip: "192.0.2.1",
    private_ip: "10.0.0.1",
    cluster_id: "cluster-1",
    container_id: `container-${imageName}`,
    container_name: imageName,
    pod_id: `pod-${imageName}`,
    pod_name: `${imageName}-0`,
    app_name: imageName,
    local_image_type: "other_image",
  };
}

/** The media types of an image and its parts. The first four layers are those that other kernel images have. */
export const manifestType = 'application/vnd.oci.image.manifest.v1+json';
export const configType = 'application/vnd.zerohop.kernel.metadata.v1+json';

/** The layers of a kernel's image, by the file or folder of a bundle that each holds. */
export const layerTypes = {
  bzImage: 'application/vnd.multikernel.kbi.vmlinuz.v1',
  config: 'application/vnd.multikernel.kbi.kernelconfig.v1',
  btf: 'application/vnd.multikernel.kbi.btf.v1',
  modules: 'application/vnd.multikernel.kbi.modules.v1.tar',
  'System.map': 'application/vnd.zerohop.kernel.systemmap.v1',
  vmlinux: 'application/vnd.zerohop.kernel.vmlinux.v1+zstd',
} as const;
export type ImagePart = keyof typeof layerTypes;

/** The vmlinux is most of an image, and only symbols and places in the source need it. */
export const imageParts = Object.keys(layerTypes) as ImagePart[];
export const debugPart = 'vmlinux' satisfies ImagePart;

/** The image's name in its layout: skopeo's oci:DIR:kernel. */
export const imageName = 'kernel';

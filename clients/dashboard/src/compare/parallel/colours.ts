import { scaleLinear } from "d3-scale";
import { token } from "../../theme/tokens";

/** A colour between amber (minimum, 0) and cyan (maximum, 1). Both are bright and distinguishable with any colour vision. */
export const colourOn = scaleLinear([0, 1], [token("secondary"), token("info")]).clamp(true);

# Trait: Equations pasted from a text processor have tabs, hard spaces, thin spaces and Windows line ends.
# Base: named

Q4_1A = "n_Out_conv1\t*\tn_W_conv1\u00a0*\u00a0W_conv1 * n_In * In\r\n=\r\nn_Out_conv1 * n_W_conv1 * n_In *\u2009Out_conv1"
Q4_1B = ("\t(n_W_conv2*W_conv2*n_Out_conv1*n_In*n_W_conv1*Out_conv1)\u00a0*\r\n n_Out_conv2\u3000="
         "\r\n\tn_Out_conv2*n_W_conv2*n_Out_conv1*n_In*n_W_conv1*Out_conv2\r\n")
Q5_1 = "\f(n_W*W*n_In*In\v+\vn_W*n_In*beta)\u2003*\u2003n_Out\u00a0=\u00a0n_Out*n_In*n_W*Out"
